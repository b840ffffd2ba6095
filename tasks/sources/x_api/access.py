"""Who asks X, and where: what a run is given before anything of X's client is loaded."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from pydantic import SecretStr

from tasks.schema.urls import is_https_or_loopback


class UnsafeRootError(ValueError):
    """A base URL to which no token may be sent."""


def safe_root(root: str) -> str:
    """The base URL without a final slash; `UnsafeRootError` unless it is https, or plain http to loopback."""
    if is_https_or_loopback(root):
        return root.rstrip("/")
    message = "The base URL of X must be https://host, or http:// to a loopback address: a token would leave in clear."
    raise UnsafeRootError(message)


class CredentialsError(ValueError):
    """The credentials are not complete."""


@dataclass(frozen=True)
class Credentials:
    """A bearer token, or the four keys of OAuth 1.0a, or both; hidden wherever they are shown.

    OAuth 1.0a makes the reading *owned*: cheaper where the account owns the developer app.
    """

    bearer_token: SecretStr | None = None
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None

    def __post_init__(self) -> None:
        """Refuse none, an incomplete set of keys, and what cannot stand in a header."""
        if not all(_fits_a_header(secret) for secret in self.plain().values()):
            message = "A token or key of X holds a space, a line break or a foreign letter: copy it again."
            raise CredentialsError(message)
        if not (self.bearer_token or self.has_user):
            message = "X needs a bearer token, or all four OAuth 1.0a keys: set one of them."
            raise CredentialsError(message)
        if any(self._keys) and not self.has_user:
            message = "OAuth 1.0a needs four keys: consumer key and secret, access token and secret."
            raise CredentialsError(message)

    @property
    def has_user(self) -> bool:
        """Whether X is asked in the name of a user."""
        return all(self._keys)

    @property
    def _keys(self) -> tuple[SecretStr | None, ...]:
        return (self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)

    def plain(self) -> dict[str, str]:
        """The secrets themselves, by name, for the one call that needs them."""
        secrets = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: secret.get_secret_value() for name, secret in secrets.items() if secret}


@dataclass(frozen=True)
class XAccess:
    """Where X answers, who asks, and what the clock says."""

    base_url: str
    credentials: Credentials
    clock: Callable[[], datetime]


def _fits_a_header(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and " " not in secret

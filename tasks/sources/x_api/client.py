"""The tweepy client: who asks, over which door, and nothing of it in a log."""

import logging
from dataclasses import dataclass, fields

import requests
import tweepy  # type: ignore[import-untyped]  # tweepy ships no types
from pydantic import SecretStr

from tasks.sources.x_api.gateway import Gateway

TALKATIVE_LOGGERS = (
    "tweepy",
    "tweepy.client",
    "oauthlib",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "requests_oauthlib",
    "requests_oauthlib.oauth1_auth",
    "requests_oauthlib.oauth1_session",
)
"""Loggers that write headers, bodies, keys or signatures at DEBUG; a filter on a parent does not reach a child."""


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
class XClient:
    """A tweepy client on its gateway; one per thread."""

    calls: tweepy.Client
    gateway: Gateway
    has_user: bool
    has_bearer: bool


def x_client(credentials: Credentials, gateway: Gateway) -> XClient:
    """A tweepy client that returns raw responses, never sleeps, and logs neither headers nor bodies."""
    silence_debug_logs()
    calls = tweepy.Client(**credentials.plain(), return_type=requests.Response, wait_on_rate_limit=False)
    calls.session.close()
    calls.session = gateway
    return XClient(calls, gateway, has_user=credentials.has_user, has_bearer=credentials.bearer_token is not None)


def _fits_a_header(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and " " not in secret


def silence_debug_logs() -> None:
    """Keep every DEBUG record of `TALKATIVE_LOGGERS` from every handler, whatever level somebody sets."""
    for name in TALKATIVE_LOGGERS:
        logger = logging.getLogger(name)
        if _above_debug not in logger.filters:
            logger.addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG

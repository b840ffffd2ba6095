"""The way to X: a `requests.Session` for tweepy with a base URL and time limits, who asks, and no secret in a log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import requests
import tweepy  # type: ignore[import-untyped]  # tweepy ships no types
from pydantic import SecretStr

from tasks.schema.urls import is_https_or_loopback

Timeouts = tuple[float, float]
"""Seconds to connect, and seconds between two bytes of the answer."""

DEFAULT_ROOT = "https://api.x.com"

DEFAULT_TIMEOUTS: Timeouts = (5, 60)


class UnsafeRootError(ValueError):
    """A base URL to which no token may be sent."""


class XGateway(requests.Session):
    """Sends what tweepy asks for to `root`, in translated words, and keeps the answer and what was sent.

    Plain http is accepted for loopback only, and redirects are never followed, so that no token leaves in clear text.
    Proxies and netrc files from the environment are used only with `trust_env`, and never for plain http.
    """

    ORIGIN = "https://api.twitter.com"

    def __init__(
        self, root: str = DEFAULT_ROOT, timeouts: Timeouts = DEFAULT_TIMEOUTS, *, trust_env: bool = False
    ) -> None:
        """Refuse a root that is neither https nor loopback."""
        super().__init__()
        self.root = safe_root(root)
        self.timeouts = timeouts
        self.trust_env = trust_env and self.root.startswith("https:")
        self.words: Callable[[dict[str, str]], dict[str, str]] = dict
        self.sent: dict[str, str] = {}
        self.answer: requests.Response | None = None

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - requests' own signature has 16 parameters
        """The answer of X; `requests.HTTPError` for any status that is not a success.

        It is raised here because tweepy fails while it builds its own errors from bodies of an unexpected shape.
        """
        if not url.startswith(self.ORIGIN + "/"):
            message = "tweepy asked for another host than X: the installed tweepy is not the one this was built for."
            raise UnsafeRootError(message)
        self.answer = None
        self.sent = self.words({name: str(value) for name, value in (options.get("params") or {}).items()})
        options |= {"params": self.sent, "timeout": self.timeouts, "allow_redirects": False}
        self.answer = super().request(method, self.root + url.removeprefix(self.ORIGIN), **options)
        if not self.answer.ok or self.answer.is_redirect:
            message = f"X answered with HTTP status {self.answer.status_code}."
            raise requests.HTTPError(message)
        return self.answer


def safe_root(root: str) -> str:
    """The base URL without a final slash; `UnsafeRootError` unless it is https, or plain http to loopback."""
    if is_https_or_loopback(root):
        return root.rstrip("/")
    message = "The base URL of X must be https://host, or http:// to a loopback address: a token would leave in clear."
    raise UnsafeRootError(message)


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
class XAccess:
    """Where X answers, who asks, and what the clock says."""

    base_url: str
    credentials: Credentials
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class XClient:
    """A tweepy client on its gateway; one per thread."""

    calls: tweepy.Client
    gateway: XGateway
    has_user: bool
    has_bearer: bool


def x_client(credentials: Credentials, gateway: XGateway) -> XClient:
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

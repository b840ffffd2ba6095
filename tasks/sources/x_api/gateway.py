"""The way to X: a `requests.Session` for tweepy with a base URL and time limits, and no secret in a log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
import tweepy  # type: ignore[import-untyped]  # tweepy ships no types

from tasks.sources.x_api.access import Credentials, UnsafeRootError, safe_root

Timeouts = tuple[float, float]
"""Seconds to connect, and seconds between two bytes of the answer."""

DEFAULT_ROOT = "https://api.x.com"

DEFAULT_TIMEOUTS: Timeouts = (5, 60)


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


def silence_debug_logs() -> None:
    """Keep every DEBUG record of `TALKATIVE_LOGGERS` from every handler, whatever level somebody sets."""
    for name in TALKATIVE_LOGGERS:
        logger = logging.getLogger(name)
        if _above_debug not in logger.filters:
            logger.addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG

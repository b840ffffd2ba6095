"""The door to X: a `requests.Session` for tweepy with a base URL, time limits, and the words that X speaks."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import requests

Timeouts = tuple[float, float]
"""Seconds to connect, and seconds between two bytes of the answer."""

DEFAULT_ROOT = "https://api.x.com"
DEFAULT_TIMEOUTS: Timeouts = (5, 60)

_ROOT = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")


class UnsafeRootError(ValueError):
    """A base URL to which no token may be sent."""


class Gateway(requests.Session):
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
        self.root = checked_root(root)
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


def checked_root(root: str) -> str:
    """The base URL without a final slash; `UnsafeRootError` unless it is https, or plain http to loopback."""
    match = _ROOT.fullmatch(root)
    if match and (match["scheme"] == "https" or _is_loopback(match["host"].strip("[]"))):
        return root.rstrip("/")
    message = "The base URL of X must be https://host, or http:// to a loopback address: a token would leave in clear."
    raise UnsafeRootError(message)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

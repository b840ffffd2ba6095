"""Who calls, an app or a user, and how often: so many requests per endpoint, token and window of 15 minutes."""

import re
from dataclasses import dataclass

from sandbox.server.endpoints import WINDOW_SECONDS, Endpoint
from sandbox.server.problems import unauthorized, wrong_token
from sandbox.server.vocabulary import Vocabulary
from sandbox.settings import Settings
from sandbox.world.world import World

OAUTH_TOKEN = re.compile(r'oauth_token="(\d+)-[^"]+"')


@dataclass(frozen=True)
class Caller:
    """Whose token came with a request; an app's token speaks for no account."""

    token: str
    account_id: int | None = None

    @property
    def is_app(self) -> bool:
        """Whether this is the app's own token."""
        return self.account_id is None


def caller(authorization: str, settings: Settings, world: World) -> Caller:
    """Who calls.

    Raises:
        Refusal: 401, the token is missing or unknown.
    """
    scheme, _, rest = authorization.partition(" ")
    if scheme == "Bearer":
        return _bearer(rest, settings)
    token = OAUTH_TOKEN.search(rest)
    if scheme == "OAuth" and token and 'oauth_signature="' in rest:
        account_id = int(token[1])
        if account_id in {account.id for account in world.notables.values()}:
            return Caller(f"user {account_id}", account_id)
    raise unauthorized()


def _bearer(token: str, settings: Settings) -> Caller:
    if token in settings.user_tokens:
        return Caller(f"user {settings.user_tokens[token]}", settings.user_tokens[token])
    if token == settings.bearer_token:
        return Caller("app")
    raise unauthorized()


def limit(who: Caller, endpoint: Endpoint, vocabulary: Vocabulary) -> int:
    """How many requests per window this caller may make.

    Raises:
        Refusal: 403, the endpoint wants the other kind of token.
    """
    allowed = endpoint.app_limit if who.is_app else endpoint.user_limit
    if allowed is None:
        raise wrong_token(vocabulary, is_app=who.is_app)
    return allowed


@dataclass(frozen=True)
class Allowance:
    """What is left of a window, and when the next begins (Unix seconds)."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """X's rate headers."""
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(max(self.remaining, 0)),
            "x-rate-limit-reset": str(self.reset),
        }


class Limits:
    """Counts requests. A window begins with the first request after the last one ended."""

    def __init__(self) -> None:
        """Begin with full windows."""
        self._windows: dict[tuple[str, str], tuple[int, int]] = {}

    def spend(self, endpoint: str, token: str, limit: int, now: int) -> Allowance:
        """Count one request at a time (Unix seconds); `remaining` is negative when it was one too many."""
        started, used = self._windows.get((endpoint, token), (now, 0))
        if not started <= now < started + WINDOW_SECONDS:
            started, used = now, 0
        used = min(used + 1, limit + 1)
        self._windows[endpoint, token] = started, used
        return Allowance(limit, limit - used, started + WINDOW_SECONDS)

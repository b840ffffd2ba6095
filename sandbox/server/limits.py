"""Rate limits: so many requests per endpoint, token and window of 15 minutes."""

from dataclasses import dataclass

from sandbox.server.endpoints import WINDOW_SECONDS


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

"""How long to wait before asking again: bounded, growing, and never longer than the caller allows."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE_WITHOUT_HEADER = timedelta(seconds=60)
"""Pause after a 429 that names no moment in the future; X's windows are 15 minutes long."""

RESET_MARGIN = timedelta(seconds=1)
"""X names the reset in whole seconds."""


@dataclass(frozen=True)
class Pace:
    """How patient a fetch is.

    `wait` sleeps that many seconds; `jitter` spreads the waits of runs that failed together.
    A fault is retried `retries` times, after about `first_wait`, then twice as long each time, at most `longest_wait`.
    A 429 is waited for only when X asks for `longest_wait` or less; otherwise the caller decides.
    """

    wait: Callable[[float], None]
    jitter: random.Random
    retries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 30.0

    def backoff(self, attempt: int) -> float:
        """Seconds before retry number `attempt` (from 0): half to all of the doubled first wait.

        >>> pace = Pace(wait=print, jitter=random.Random(1), first_wait=1.0, longest_wait=30.0)
        >>> 4.0 <= pace.backoff(3) <= 8.0
        True
        """
        return min(self.longest_wait, self.first_wait * 2.0**attempt) * self.jitter.uniform(0.5, 1.0)


def resume_at(received_at: datetime, reset_at: datetime | None) -> datetime:
    """The moment from which on X may be asked again after a 429.

    A reset that is missing or past says nothing: then `PAUSE_WITHOUT_HEADER` after the answer.
    """
    if reset_at is None or reset_at <= received_at:
        return received_at + PAUSE_WITHOUT_HEADER
    return reset_at + RESET_MARGIN

"""The sandbox's own time: it stands until it is set, or runs at a chosen speed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.world.moments import milliseconds


class Clock:
    """A settable clock."""

    def __init__(self, moment: datetime, stopwatch: Callable[[], float]) -> None:
        """Stand at a moment; `stopwatch` counts real seconds, for when the clock runs."""
        self._stopwatch = stopwatch
        self.set(moment)

    def set(self, moment: datetime, speed: float = 0.0) -> None:
        """Stand at a moment (speed 0), or run from it: `speed` sandbox seconds per real second.

        Raises:
            ValueError: The moment has no time zone.
        """
        milliseconds(moment)
        self._moment, self._speed, self._since = moment, speed, self._stopwatch()

    def now(self) -> datetime:
        """The moment it is."""
        return self._moment + timedelta(seconds=(self._stopwatch() - self._since) * self._speed)

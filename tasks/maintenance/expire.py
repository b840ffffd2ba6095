"""Raw pages grow old: what of them may go, and what can then no longer be staged again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from tasks.schema.staged import READINGS
from tasks.store import layout
from tasks.store.months import read_batch
from tasks.store.root import DataRoot

PAGES = layout.RAW / "x_api"
CURSOR = "gaps.json"
"""Where a reading that a budget ended goes on: the newest one is needed, however old it is."""
LEAST_DAYS = 7
"""A reading needs today's pages, and yesterday's that came late; a week leaves time to look into a failed one."""


class TooYoungError(ValueError):
    """Raw pages would expire that a reading may still need."""


@dataclass(frozen=True)
class Expired:
    """Days whose pages were removed, and those whose pages stay because they were never staged."""

    days: tuple[date, ...]
    unstaged: tuple[date, ...]

    def __str__(self) -> str:
        """One sentence, with what can no longer be done."""
        if not self.days:
            said = "no raw page has expired"
        else:
            span = f"{self.days[0]} to {self.days[-1]}"
            said = f"raw pages of {len(self.days)} days removed, {span}: these can no longer be staged again"
        if self.unstaged:
            said += (
                f"; {len(self.unstaged)} days were never staged, so theirs stay: {', '.join(map(str, self.unstaged))}"
            )
        return said


def expire(root: DataRoot, today: date, days: int) -> Expired:
    """Remove raw pages of days older than this; staged rows and the kept exports stay.

    Call it inside `everything_locked`.
    """
    if days < LEAST_DAYS:
        message = f"raw pages younger than {LEAST_DAYS} days may still be needed: give at least {LEAST_DAYS} days"
        raise TooYoungError(message)
    every = _raw_days(root)
    old = [day for day in every if day < today - timedelta(days=days)]
    is_staged = {day: read_batch(READINGS, root, layout.day_batch(day)) is not None for day in old}
    kept = _newest_cursor(root, every)
    gone = tuple(day for day in old if is_staged[day] and _remove(root, PAGES / f"dt={day}", kept))
    return Expired(gone, tuple(day for day in old if not is_staged[day]))


def _raw_days(root: DataRoot) -> list[date]:
    return [date.fromisoformat(name.removeprefix("dt=")) for name in root.folders(PAGES) if name.startswith("dt=")]


def _remove(root: DataRoot, folder: PurePosixPath, kept: PurePosixPath | None) -> bool:
    """Remove the pages of a day, and say whether there were any; the newest cursor stays."""
    batches = root.folders(folder)
    for batch in batches:
        root.remove_folder(folder / batch)
    if kept is None or kept.parent != folder:
        root.remove_folder(folder)
        return bool(batches)
    for path in map(PurePosixPath, root.files(folder, "")):
        if path != kept:
            root.remove(path)
    return bool(batches)


def _newest_cursor(root: DataRoot, days: Sequence[date]) -> PurePosixPath | None:
    files = (PAGES / f"dt={day}" / CURSOR for day in reversed(days))
    return next((file for file in files if root.exists(file)), None)

"""Raw pages grow old: what of them may go, and what can then no longer be staged again."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.tables.staged import READINGS

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
    old = [day for day in _raw_days(root) if day < today - timedelta(days=days)]
    is_staged = {day: root.exists(layout.staged_file(READINGS, layout.day_batch(day))) for day in old}
    gone = tuple(day for day in old if is_staged[day] and _remove(root, day))
    return Expired(gone, tuple(day for day in old if not is_staged[day]))


def _raw_days(root: DataRoot) -> list[date]:
    if root.local is None:
        return []
    return sorted(date.fromisoformat(path.name.removeprefix("dt=")) for path in (root.local / PAGES).glob("dt=*"))


def _remove(root: DataRoot, day: date) -> bool:
    """Remove the pages of the day, and say whether there were any; the newest cursor stays."""
    assert root.local  # noqa: S101 - days were found there
    folder = root.local / PAGES / f"dt={day}"
    batches = [path for path in folder.iterdir() if path.is_dir()]
    for batch in batches:
        shutil.rmtree(batch)
    newest = max((root.local / PAGES).glob(f"dt=*/{CURSOR}"), default=None)
    for path in folder.iterdir():
        if path != newest:
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
    return bool(batches)

"""How far a reading got: the small object that each fetch returns, kept on disk beside the pages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from tasks.schema.columns.readings import READING_STATUSES
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import READINGS
from tasks.sources.x_api.page_files import PageFileError, day_folder
from tasks.store.durable import write_bytes

FILE = "readings.json"

CUT_REASONS = frozenset({"budget", "level"})
"""Why a follower list is left where it is on purpose: by a budget, or because a sample was wanted."""


@dataclass(frozen=True)
class Reading:
    """How far the reading of one subject of one account got.

    `status` and `reason` are codes of `tasks/schema/columns/readings.py`; a complete reading has no reason.
    `pages_count` counts the pages that X served for it, failures not included.
    """

    account_id: str
    subject: str
    status: str
    reason: str | None
    pages_count: int
    objects_count: int

    @property
    def is_complete(self) -> bool:
        """Whether it got to its end."""
        return self.status == "complete"


def merged(readings: Iterable[Reading]) -> list[Reading]:
    """One reading per account and subject: the least complete of its parts, with their pages and objects added."""
    by_subject: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        key = (reading.account_id, reading.subject)
        by_subject[key] = _both(by_subject[key], reading) if key in by_subject else reading
    return [by_subject[key] for key in sorted(by_subject)]


def write_readings(root: Path, day: date, readings: Iterable[Reading]) -> Path:
    """The day's file of readings, in which these replace earlier ones of the same account and subject.

    Each run tells anew of the handles whose id it does not know, so that one that has been found meanwhile is not told.
    """
    earlier = (entry for entry in read_readings(root, day) if not entry.account_id.startswith("@"))
    told = {(entry.account_id, entry.subject): entry for entry in (*earlier, *merged(readings))}
    path = day_folder(root, day) / FILE
    write_bytes(path, json.dumps([asdict(told[key]) for key in sorted(told)], indent=1).encode())
    return path


def read_readings(root: Path, day: date) -> list[Reading]:
    """The readings kept for the day; none where none were kept."""
    path = day_folder(root, day) / FILE
    if not path.exists():
        return []
    try:
        return [Reading(**entry) for entry in json.loads(path.read_bytes())]
    except (ValueError, TypeError) as error:
        message = f"{path} does not hold readings as this program writes them: restore it, or remove it."
        raise PageFileError(message) from error


def readings_frame(readings: Iterable[Reading], day: date, levels: Mapping[str, str]) -> pd.DataFrame:
    """Rows of `readings`; `levels` gives each account's observation level, null where it names none."""
    rows = [
        {
            **{name: getattr(entry, name) for name in ("account_id", "subject", "status", "pages_count")},
            "snapshot_date": day,
            "observation_level": levels.get(entry.account_id),
            "reading_reason": entry.reason,
            "objects_count": entry.objects_count,
        }
        for entry in merged(readings)
    ]
    return frame(arrow(READINGS, pd.DataFrame(rows, columns=READINGS.schema.names)))


def _both(one: Reading, two: Reading) -> Reading:
    worst = max(one, two, key=lambda reading: READING_STATUSES.index(reading.status))
    is_mixed = one.status != two.status and "complete" in {one.status, two.status}
    return replace(
        worst,
        status="partial" if is_mixed else worst.status,
        pages_count=one.pages_count + two.pages_count,
        objects_count=one.objects_count + two.objects_count,
    )

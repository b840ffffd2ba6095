"""How far reading got, kept on disk beside the pages: readings of a day, gaps in lists, and scans of whole lists.

X lists the newest first, so what was seen of a jump or of a first reading is its newest part, without a hole;
the rest of it stands below, behind the stored token: a gap.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from tasks.schema.columns.readings import READING_STATUSES
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import READINGS
from tasks.sources.reading import Reading
from tasks.sources.x_api.pages import day_folder
from tasks.sources.x_api.problems import PageFileError
from tasks.store.durable import write_bytes

READINGS_FILE = "readings.json"

CUT_REASONS = frozenset({"budget", "level"})
"""Why a follower list is left where it is on purpose: by a budget, or because a sample was wanted."""


def merge_readings(readings: Iterable[Reading]) -> list[Reading]:
    """One reading per account and subject: the least complete of its parts, with their pages and objects added."""
    by_subject: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        key = (reading.account_id, reading.subject)
        by_subject[key] = _merge_two(by_subject[key], reading) if key in by_subject else reading
    return [by_subject[key] for key in sorted(by_subject)]


def write_readings(root: Path, day: date, readings: Iterable[Reading]) -> Path:
    """The day's file of readings, in which these replace earlier ones of the same account and subject.

    Each run tells anew of the handles whose id it does not know, so that one that has been found meanwhile is not told.
    """
    earlier = (entry for entry in read_readings(root, day) if not entry.account_id.startswith("@"))
    told = {(entry.account_id, entry.subject): entry for entry in (*earlier, *merge_readings(readings))}
    path = day_folder(root, day) / READINGS_FILE
    write_bytes(path, json.dumps([asdict(told[key]) for key in sorted(told)], indent=1).encode())
    return path


def read_readings(root: Path, day: date) -> list[Reading]:
    """The readings kept for the day; none where none were kept."""
    path = day_folder(root, day) / READINGS_FILE
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
        for entry in merge_readings(readings)
    ]
    return frame(arrow(READINGS, pd.DataFrame(rows, columns=READINGS.schema.names)))


def _merge_two(one: Reading, two: Reading) -> Reading:
    worst = max(one, two, key=lambda reading: READING_STATUSES.index(reading.status))
    is_mixed = one.status != two.status and "complete" in {one.status, two.status}
    return replace(
        worst,
        status="partial" if is_mixed else worst.status,
        pages_count=one.pages_count + two.pages_count,
        objects_count=one.objects_count + two.objects_count,
    )


GAPS_FILE = "gaps.json"


@dataclass(frozen=True)
class Gap:
    """The unread rest of one reading of a list: `token` leads to it, and `seen_count` followers stand above it.

    `began_at` is when the list was asked for: nobody in the gap followed later.
    With `is_baseline` it was the first reading, else the rest of those who arrived since the one before;
    they had arrived after `after` (null where that is not known).
    """

    token: str
    seen_count: int
    began_at: datetime
    is_baseline: bool
    after: datetime | None = None


def write_gaps(root: Path, day: date, gaps: Mapping[str, Gap]) -> Path:
    """The day's file of all gaps that are open at its end, by account; it replaces that of earlier days."""
    path = day_folder(root, day) / GAPS_FILE
    said = {account_id: _gap_to_json(gap) for account_id, gap in sorted(gaps.items())}
    write_bytes(path, json.dumps(said, indent=1).encode())
    return path


def open_gaps(root: Path, day: date) -> dict[str, Gap]:
    """The gaps that were open before a day, by account: none where no earlier day says so."""
    files = sorted(root.glob(f"dt=*/{GAPS_FILE}"))
    earlier = [path for path in files if path.parent.name < day_folder(root, day).name]
    if not earlier:
        return {}
    try:
        written = json.loads(earlier[-1].read_bytes())
        return {account_id: _gap_from(said) for account_id, said in written.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{earlier[-1]} does not hold gaps as this program writes them: restore it, or remove it."
        raise PageFileError(message) from error


def _gap_to_json(gap: Gap) -> dict[str, object]:
    after = gap.after and gap.after.isoformat()
    return {**asdict(gap), "began_at": gap.began_at.isoformat(), "after": after}


def _gap_from(said: Mapping[str, str]) -> Gap:
    after = said["after"] and datetime.fromisoformat(said["after"])
    return Gap(**{**said, "began_at": datetime.fromisoformat(said["began_at"]), "after": after})  # type: ignore[arg-type]  # refused above


SCANS_FOLDER = "scans"
_SCAN_MOMENTS = ("began_at", "ended_at", "previous_at")


@dataclass(frozen=True)
class ListScan:
    """One scan: when it began, and with what to go on; `token` is null before its first page.

    `ended_at` is when the last page arrived, null while some are left.
    `previous_at` is when the complete scan before it began: all whom it listed stood there then.
    """

    began_at: datetime
    token: str | None = None
    ended_at: datetime | None = None
    previous_at: datetime | None = None

    @property
    def days(self) -> tuple[date, date | None]:
        """The first UTC day of its pages, and the last where it ended."""
        return self.began_at.date(), self.ended_at.date() if self.ended_at else None


def read_scan(root: Path, account_id: str) -> ListScan | None:
    """The latest scan of the account's list; null without one."""
    path = _scan_file(root, account_id)
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_bytes())
        ended_at, previous_at = (
            said[name] and datetime.fromisoformat(said[name]) for name in ("ended_at", "previous_at")
        )
        return ListScan(datetime.fromisoformat(said["began_at"]), said["token"], ended_at, previous_at)
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} does not hold a scan as this program writes it: remove it, and the scan begins anew."
        raise PageFileError(message) from error


def write_scan(root: Path, account_id: str, scan: ListScan) -> None:
    """Keep how far the scan got."""
    moments = {name: getattr(scan, name) for name in _SCAN_MOMENTS}
    said = {**asdict(scan), **{name: moment and moment.isoformat() for name, moment in moments.items()}}
    write_bytes(_scan_file(root, account_id), json.dumps(said).encode())


def _scan_file(root: Path, account_id: str) -> Path:
    return root / SCANS_FOLDER / f"{account_id}.json"

"""How far the full scan of a list got: kept on disk, because a scan may take several days' budgets."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from tasks.sources.x_api.page_files import PageFileError
from tasks.store.durable import write_bytes

FOLDER = "scans"
MOMENTS = ("began_at", "ended_at", "previous_at")


@dataclass(frozen=True)
class Scan:
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


def read_scan(root: Path, account_id: str) -> Scan | None:
    """The latest scan of the account's list; null without one."""
    path = _file(root, account_id)
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_bytes())
        ended_at, previous_at = (
            said[name] and datetime.fromisoformat(said[name]) for name in ("ended_at", "previous_at")
        )
        return Scan(datetime.fromisoformat(said["began_at"]), said["token"], ended_at, previous_at)
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} does not hold a scan as this program writes it: remove it, and the scan begins anew."
        raise PageFileError(message) from error


def write_scan(root: Path, account_id: str, scan: Scan) -> None:
    """Keep how far the scan got."""
    moments = {name: getattr(scan, name) for name in MOMENTS}
    said = {**asdict(scan), **{name: moment and moment.isoformat() for name, moment in moments.items()}}
    write_bytes(_file(root, account_id), json.dumps(said).encode())


def _file(root: Path, account_id: str) -> Path:
    return root / FOLDER / f"{account_id}.json"

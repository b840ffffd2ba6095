"""Parts of follower lists that a budget left unread: where each begins, and how to go on there on a later day.

X lists the newest first, so what was seen of a jump or of a first reading is its newest part, without a hole;
the rest of it stands below, behind the stored token.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from tasks.sources.x_api.page_files import PageFileError, day_folder
from tasks.store.durable import write_bytes

FILE = "gaps.json"


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

    def is_worth_reading(self, most: int) -> bool:
        """Whether another follower of it still teaches: a baseline is wanted whole, of a jump a sample."""
        return self.is_baseline or self.seen_count < most


def write_gaps(root: Path, day: date, gaps: Mapping[str, Gap]) -> Path:
    """The day's file of all gaps that are open at its end, by account; it replaces that of earlier days."""
    path = day_folder(root, day) / FILE
    said = {account_id: _said(gap) for account_id, gap in sorted(gaps.items())}
    write_bytes(path, json.dumps(said, indent=1).encode())
    return path


def open_gaps(root: Path, day: date) -> dict[str, Gap]:
    """The gaps that were open before a day, by account: none where no earlier day says so."""
    files = sorted(root.glob(f"dt=*/{FILE}"))
    earlier = [path for path in files if path.parent.name < day_folder(root, day).name]
    if not earlier:
        return {}
    try:
        written = json.loads(earlier[-1].read_bytes())
        return {account_id: _gap(said) for account_id, said in written.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{earlier[-1]} does not hold gaps as this program writes them: restore it, or remove it."
        raise PageFileError(message) from error


def _said(gap: Gap) -> dict[str, object]:
    after = gap.after and gap.after.isoformat()
    return {**asdict(gap), "began_at": gap.began_at.isoformat(), "after": after}


def _gap(said: Mapping[str, str]) -> Gap:
    after = said["after"] and datetime.fromisoformat(said["after"])
    return Gap(**{**said, "began_at": datetime.fromisoformat(said["began_at"]), "after": after})  # type: ignore[arg-type]  # refused above

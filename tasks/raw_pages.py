"""Where X's raw pages lie on this machine; those of an object store are brought here as far as they are needed."""

from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from tasks.sources.x_api.pages import LATE, SUFFIX, day_folder
from tasks.sources.x_api.readings import GAPS_FILE, SCANS_FOLDER, read_scan
from tasks.sources.x_api.vocabulary import VOCABULARY_FILE
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.spool import Spool, spool

PAGES = layout.RAW / "x_api"
HERE = PurePosixPath()


def raw_root(root: DataRoot, day: date) -> Path:
    """The folder of raw pages, in which all that a reading of the day goes on from stands as the data root has it.

    Each page is durable before the next is asked for: on this disk, or in the object store.
    """
    if root.local is not None:
        return root.local / PAGES
    here = spool(root, PAGES)
    here.bring(_folder(day))
    # Of the day before only what arrived after midnight is needed, because it is billed to this one.
    here.bring(_folder(day - timedelta(days=1)), f"{LATE}{SUFFIX}")
    here.bring_file(HERE / VOCABULARY_FILE)
    _bring_gaps(root, here, day)
    _bring_scans(here, day)
    return here.path


def _folder(day: date) -> PurePosixPath:
    return PurePosixPath(day_folder(Path(), day).as_posix())


def _bring_gaps(root: DataRoot, here: Spool, day: date) -> None:
    """The latest file of gaps before the day holds all of them."""
    earlier = [name for name in root.folders(PAGES) if name.startswith("dt=") and name < _folder(day).name]
    next((name for name in reversed(earlier) if here.bring_file(HERE / name / GAPS_FILE)), None)


def _bring_scans(here: Spool, day: date) -> None:
    """The state of all scans, and the pages of those that go on, or ended on the day: they may be of several days."""
    here.bring(HERE / SCANS_FOLDER)
    for file in sorted((here.path / SCANS_FOLDER).glob(f"*{SUFFIX}")):
        scan = read_scan(here.path, file.stem)
        if scan is None or (scan.ended_at is not None and scan.ended_at.date() != day):
            continue
        for number in range((day - scan.began_at.date()).days):
            here.bring(_folder(day - timedelta(days=number + 1)) / file.stem)

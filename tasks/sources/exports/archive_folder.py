"""An X archive that was unpacked: its scripts, packed again so that it is read as X gave it."""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_SCRIPTS = re.compile(r"^(?:manifest|account|follower(?:-part\d+)?|tweets?(?:-part\d+)?)\.js$")
"""The members that are read; everything else, messages and pictures among it, is not even opened."""
_FOLDERS = ("data", ".", "*/data")
"""Where they lie: as X packs them, in the folder of the data itself or in archives of 2019, and one folder deeper."""


def archive_scripts(folder: Path) -> list[Path]:
    """The scripts of an unpacked archive in the folder; none where it is none."""
    for place in _FOLDERS:
        found = sorted(path for path in folder.glob(f"{place}/*.js") if _SCRIPTS.match(path.name) and path.is_file())
        if any(path.name in ("manifest.js", "account.js") for path in found):
            return found
    return []


@contextmanager
def packed_folder(folder: Path) -> Iterator[BinaryIO]:
    """The scripts as a ZIP in a file without a name, gone with the process."""
    with tempfile.TemporaryFile(prefix="vanity-gap-") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            scripts = archive_scripts(folder)
            is_listed = any(path.name == "manifest.js" for path in scripts)
            for path in scripts:
                archive.write(path, f"data/{path.name}" if is_listed else path.name)
        file.seek(0)
        yield file

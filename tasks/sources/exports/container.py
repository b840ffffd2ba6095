"""An X archive as a ZIP: opened only when its shape is harmless, and never unpacked."""

import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tasks.sources.exports.refusal import refusal

MOST_MEMBERS = 300_000
"""An archive holds one member per photograph and video ever posted; public ones hold up to some ten thousand."""
MOST_DIRECTORY_BYTES = 128 * 1024**2
"""The ZIP's own table of contents is read whole: 300,000 members need about 40 MB."""
MOST_MEMBER_BYTES = 1024**3
"""One wanted member, unpacked: ten million followers, or 400,000 posts."""
MOST_RATIO = 200
"""Unpacked over packed size. Lists of ids shrink to a tenth; only what was made to burst shrinks further than this."""
MOST_LIST_BYTES = 4 * MOST_MEMBER_BYTES
"""All parts of one list."""
SMALL_BYTES = 1024**2
"""Below this the ratio says nothing and harms nobody."""

END, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
END_BYTES, LOCATOR_64_BYTES, RECORD_64_BYTES = 22, 20, 56
TAIL_BYTES = 65_535 + END_BYTES + LOCATOR_64_BYTES + RECORD_64_BYTES
"""The longest comment, behind the end record and those of ZIPs of more than 4 GB (APPNOTE.TXT 4.3.14 to 4.3.16)."""
NO_COMMENT = b"\x00\x00"
ASK_AGAIN = "give the ZIP as X gave it, or request a new archive"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP, its names and numbers checked; `ExportRefusedError` when it is damaged, too large or not harmless."""
    try:
        with path.open("rb") as file, _contents(file, path.name) as archive:
            _refuse_unsafe(archive, path.name)
            yield archive
    except OSError as problem:
        raise refusal(str(path), f"cannot be read: {problem.strerror or problem}") from None


def wanted(archive: zipfile.ZipFile, member: str, name: str) -> zipfile.ZipInfo:
    """The member of exactly this name, when it can be read within the bounds."""
    found = [info for info in archive.infolist() if info.filename == member]
    place = f"{name}, {member}"
    if len(found) != 1:
        raise refusal(place, f"is {'missing' if not found else 'there more than once'}; {ASK_AGAIN}")
    info = found[0]
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal(place, f"is encrypted or packed in an unusual way; {ASK_AGAIN}")
    if info.file_size > MOST_MEMBER_BYTES:
        raise refusal(place, f"holds {info.file_size:,} bytes, more than {MOST_MEMBER_BYTES:,}; {ASK_AGAIN}")
    if info.file_size > SMALL_BYTES and info.file_size > MOST_RATIO * info.compress_size:
        raise refusal(place, f"unpacks to more than {MOST_RATIO} times its size, as no list of X's does; {ASK_AGAIN}")
    return info


def _contents(file: BinaryIO, name: str) -> zipfile.ZipFile:
    _refuse_long_directory(file, name)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, struct.error, NotImplementedError, ValueError, OverflowError) as damage:
        raise refusal(name, f"the ZIP is damaged; {ASK_AGAIN}") from damage


def _refuse_long_directory(file: BinaryIO, name: str) -> None:
    """Read the counts at the end of the ZIP before `zipfile` reads the whole directory into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read()
    file.seek(0)
    end = len(tail) - END_BYTES
    if not (tail[end:].startswith(END) and tail.endswith(NO_COMMENT)):
        end = tail.rfind(END, 0, max(0, len(tail) - END_BYTES + len(END)))
    if end < 0:
        raise refusal(name, f"is no ZIP, or was cut off; {ASK_AGAIN}")
    members, length = struct.unpack_from("<HL", tail, end + 10)
    record = end - LOCATOR_64_BYTES - RECORD_64_BYTES
    if tail[max(0, end - LOCATOR_64_BYTES) : end].startswith(LOCATOR_64) and record >= 0:
        members, length = struct.unpack_from("<QQ", tail, record + 32)
    if members > MOST_MEMBERS or length > MOST_DIRECTORY_BYTES:
        raise refusal(name, f"names {members:,} members, more than an archive of X's holds; {ASK_AGAIN}")


def _refuse_unsafe(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise refusal(name, f"holds {len(infos):,} members, more than an archive of X's; {ASK_AGAIN}")
    for info in infos:
        if not _is_safe(info):
            raise refusal(name, f"holds the unsafe name {info.orig_filename[:80]!r}; {ASK_AGAIN}")
    if twice := [member for member, times in Counter(info.filename for info in infos).items() if times > 1]:
        raise refusal(name, f"holds {twice[0][:80]!r} more than once; {ASK_AGAIN}")


def refuse_large(infos: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuse a list whose parts are harmless one by one and too much together."""
    if sum(info.file_size for info in infos) > MOST_LIST_BYTES:
        raise refusal(name, f"the parts of one list hold more than {MOST_LIST_BYTES:,} bytes; {ASK_AGAIN}")


def _is_safe(info: zipfile.ZipInfo) -> bool:
    """Whether the name stays inside the archive on every operating system, and names a file or folder."""
    written = info.orig_filename
    if "\\" in written or "\0" in written or ":" in written or written.startswith("/"):
        return False
    return ".." not in PurePosixPath(written).parts and not stat.S_ISLNK(info.external_attr >> 16)

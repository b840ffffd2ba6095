"""An X archive as a ZIP: opened only when its shape is harmless, and its lists read in bounded memory.

Each list is a script, `window.YTD.follower.part0 = [...]`; the manifest says whose the archive is, when it was made,
and which members hold what.
"""

import codecs
import json
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tasks.sources.exports.archive_folder import packed_folder
from tasks.sources.exports.dates import parse_moment
from tasks.sources.exports.export import ExportRefusedError, refusal

JsonObject = dict[str, Any]

MOST_MEMBERS = 300_000
"""An archive holds one member per photograph and video ever posted; public ones hold up to some ten thousand."""
_MOST_DIRECTORY_BYTES = 128 * 1024**2
"""The ZIP's own table of contents is read whole: 300,000 members need about 40 MB."""
_MOST_MEMBER_BYTES = 1024**3
"""One member that is read, unpacked: ten million followers, or 400,000 posts."""
MOST_RATIO = 200
"""Unpacked over packed size. Lists of ids shrink to a tenth; only what was made to burst shrinks further than this."""
_MOST_LIST_BYTES = 4 * _MOST_MEMBER_BYTES
"""All parts of one list."""
_SMALL_BYTES = 1024**2
"""Below this the ratio says nothing and harms nobody."""

_END, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _LOCATOR_64_BYTES, _RECORD_64_BYTES = 22, 20, 56
_TAIL_BYTES = 65_535 + _END_BYTES + _LOCATOR_64_BYTES + _RECORD_64_BYTES
"""The longest comment, behind the end record and those of ZIPs of more than 4 GB (APPNOTE.TXT 4.3.14 to 4.3.16)."""
_NO_COMMENT = b"\x00\x00"
ASK_AGAIN = "give the ZIP as X gave it, or request a new archive"

_CHUNK_BYTES = 256 * 1024
_LONGEST_OBJECT = 2 * 1024**2
"""Characters. A post with all its entities has some ten thousand."""
_LONGEST_OPENING = 200
"""Characters up to the equals sign."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()

_MANIFEST, _ACCOUNT = "data/manifest.js", "account.js"
_OF_A_MAC = "__MACOSX/"
_X_NAME = "twitter-2019-08-15-....zip"
_MADE_IN_NAME = re.compile(r"twitter-(\d{4}-\d{2}-\d{2})")
_WORKBOOK = "[Content_Types].xml"
"""The member that every Excel workbook has (ECMA-376, part 2)."""
_MEMBER = re.compile(r"^data/[A-Za-z0-9_-]{1,80}\.js$")
_ACCOUNT_ID = re.compile(r"^[0-9]{1,19}$")
_MOST_PARTS = 1_000


@dataclass(frozen=True)
class ListPart:
    """One member that holds a list or a part of one, and how many objects the manifest says it holds."""

    member: str
    count: int | None


@dataclass(frozen=True)
class Manifest:
    """The account, its @name when the archive was made, that moment, and the parts of each list by its name."""

    account_id: str
    handle: str
    generated_at: datetime
    lists: dict[str, tuple[ListPart, ...]]


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP, its names and numbers checked; `ExportRefusedError` when it is damaged, too large or not harmless."""
    try:
        with _packed(path) as file, _contents(file, path.name) as archive:
            _refuse_unsafe(archive, path.name)
            yield archive
    except OSError as problem:
        raise refusal(str(path), f"cannot be read: {problem.strerror or problem}") from None


def read_manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    """`data/manifest.js` of the archive; `ExportRefusedError` when it is missing, partial or not as X writes it.

    It may lie in a folder, as where somebody has packed an unpacked archive again.
    Archives of 2019 have none: `account.js` then says whose it is, and the name X gave the ZIP when it was made.
    """
    if _WORKBOOK in archive.namelist():
        raise refusal(name, "is a workbook of a spreadsheet; save the sheet as CSV UTF-8")
    place = _place_of(archive, _MANIFEST)
    if place is None:
        return _unlisted(archive, name)
    script = _Script(archive, _member(archive, place + _MANIFEST, name), name)
    said = script.whole()
    try:
        manifest = _manifest(said, place)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise refusal(
            script.place, f"lacks the account, the date or the lists that X's manifests name; {ASK_AGAIN}"
        ) from None
    if said["archiveInfo"].get("isPartialArchive"):
        raise refusal(script.place, f"says that this is a part of the archive; {ASK_AGAIN}")
    return manifest


def _packed(path: Path) -> AbstractContextManager[BinaryIO]:
    return packed_folder(path) if path.is_dir() else path.open("rb")


def _place_of(archive: zipfile.ZipFile, member: str) -> str | None:
    """The folder in which the member lies, with its slash, empty at the top; None where it is not there, or not once.

    What a Mac adds in `__MACOSX` is nothing of X's.
    """
    found = [name for name in archive.namelist() if name.endswith(member) and not name.startswith(_OF_A_MAC)]
    places = {name.removesuffix(member) for name in found if name == member or name[: -len(member)].endswith("/")}
    return places.pop() if len(places) == 1 else None


def _unlisted(archive: zipfile.ZipFile, name: str) -> Manifest:
    place = _place_of(archive, _ACCOUNT)
    if place is None or place.endswith("data/"):
        raise refusal(name, f"holds no {_MANIFEST}, so it is no archive of X's; {ASK_AGAIN}")
    made = _MADE_IN_NAME.search(name)
    if not made:
        raise refusal(name, f"does not say when it was made; give it the name that X gave it, {_X_NAME}")
    entry = next(_Script(archive, _member(archive, place + _ACCOUNT, name), name).objects(), {})
    account = entry.get("account")
    if not isinstance(account, dict) or not _ACCOUNT_ID.match(str(account.get("accountId"))):
        raise refusal(name, f"its {_ACCOUNT} does not say whose it is; {ASK_AGAIN}")
    lists = {kind: tuple(_parts_of(archive, place, kind)) for kind in ("account", "follower", "tweets", "tweet")}
    known = {kind: parts for kind, parts in lists.items() if parts}
    return Manifest(str(account["accountId"]), str(account.get("username")), parse_moment(made.group(1)), known)


def _parts_of(archive: zipfile.ZipFile, place: str, kind: str) -> Iterator[ListPart]:
    pattern = re.compile(re.escape(place) + kind + r"(?:-part(\d+))?\.js$")
    found = ((match, name) for name in archive.namelist() if (match := pattern.match(name)))
    yield from (ListPart(name, None) for _, name in sorted(found, key=lambda each: int(each[0].group(1) or 0)))


def read_objects(archive: zipfile.ZipFile, parts: tuple[ListPart, ...], name: str) -> Iterator[JsonObject]:
    """The objects of a list, part after part; refused when a part holds another number than the manifest says."""
    infos = [_member(archive, part.member, name) for part in parts]
    _refuse_large(infos, name)
    for part, info in zip(parts, infos, strict=True):
        script = _Script(archive, info, name)
        number = 0
        for number, said in enumerate(script.objects(), start=1):  # noqa: B007 - the last number is compared below
            yield said
        if part.count not in (None, number):
            raise refusal(script.place, f"holds {number} entries where the manifest says {part.count}; {ASK_AGAIN}")


def _member(archive: zipfile.ZipFile, member: str, name: str) -> zipfile.ZipInfo:
    """The member of exactly this name, when it can be read within the bounds."""
    found = [info for info in archive.infolist() if info.filename == member]
    place = f"{name}, {member}"
    if len(found) != 1:
        raise refusal(place, f"is {'missing' if not found else 'there more than once'}; {ASK_AGAIN}")
    info = found[0]
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal(place, f"is encrypted or packed in an unusual way; {ASK_AGAIN}")
    if info.file_size > _MOST_MEMBER_BYTES:
        raise refusal(place, f"holds {info.file_size:,} bytes, more than {_MOST_MEMBER_BYTES:,}; {ASK_AGAIN}")
    if info.file_size > _SMALL_BYTES and info.file_size > MOST_RATIO * info.compress_size:
        raise refusal(place, f"unpacks to more than {MOST_RATIO} times its size, as no list of X's does; {ASK_AGAIN}")
    return info


def _refuse_large(infos: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuse a list whose parts are harmless one by one and too much together."""
    if sum(info.file_size for info in infos) > _MOST_LIST_BYTES:
        raise refusal(name, f"the parts of one list hold more than {_MOST_LIST_BYTES:,} bytes; {ASK_AGAIN}")


def _manifest(said: JsonObject, place: str) -> Manifest:
    user, info = said["userInfo"], said["archiveInfo"]
    if not _ACCOUNT_ID.match(user["accountId"]):
        raise ValueError
    lists = {kind: tuple(_parts(of["files"], place)) for kind, of in said["dataTypes"].items() if "files" in of}
    return Manifest(user["accountId"], str(user["userName"]), parse_moment(info["generationDate"]), lists)


def _parts(files: list[Any], place: str) -> Iterator[ListPart]:
    if len(files) > _MOST_PARTS:
        raise ValueError
    for file in files:
        if not _MEMBER.match(file["fileName"]):
            raise ValueError
        yield ListPart(place + file["fileName"], int(file["count"]) if "count" in file else None)


def _contents(file: BinaryIO, name: str) -> zipfile.ZipFile:
    _refuse_long_directory(file, name)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, struct.error, NotImplementedError, ValueError, OverflowError) as damage:
        raise refusal(name, f"the ZIP is damaged; {ASK_AGAIN}") from damage


def _refuse_long_directory(file: BinaryIO, name: str) -> None:
    """Read the counts at the end of the ZIP before `zipfile` reads the whole directory into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    file.seek(0)
    end = len(tail) - _END_BYTES
    if not (tail[end:].startswith(_END) and tail.endswith(_NO_COMMENT)):
        end = tail.rfind(_END, 0, max(0, len(tail) - _END_BYTES + len(_END)))
    if end < 0:
        raise refusal(name, f"is no ZIP, or was cut off; {ASK_AGAIN}")
    members, length = struct.unpack_from("<HL", tail, end + 10)
    record = end - _LOCATOR_64_BYTES - _RECORD_64_BYTES
    if tail[max(0, end - _LOCATOR_64_BYTES) : end].startswith(_LOCATOR_64) and record >= 0:
        members, length = struct.unpack_from("<QQ", tail, record + 32)
    if members > MOST_MEMBERS or length > _MOST_DIRECTORY_BYTES:
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


def _is_safe(info: zipfile.ZipInfo) -> bool:
    """Whether the name stays inside the archive on every operating system, and names a file or folder."""
    written = info.orig_filename
    if "\\" in written or "\0" in written or ":" in written or written.startswith("/"):
        return False
    return ".." not in written.split("/") and not stat.S_ISLNK(info.external_attr >> 16)


class _Script:
    """One member of the archive, read forward."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
        """`name` is the archive's, for refusals."""
        self.place = f"{name}, {info.filename}"
        self._pieces = self._texts(archive, info)
        self._text = ""
        self._at = 0

    def whole(self) -> JsonObject:
        """The one object that the script assigns, as `data/manifest.js` does."""
        self._skip_opening()
        said = self._object()
        self._expect_end()
        return said

    def objects(self) -> Iterator[JsonObject]:
        """The objects of the list that the script assigns."""
        self._skip_opening()
        self._expect("[")
        if self._next() == "]":
            self._at += 1
            self._expect_end()
            return
        yield self._object()
        while self._next() == ",":
            self._at += 1
            yield self._object()
        self._expect("]")
        self._expect_end()

    def _texts(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            with archive.open(info) as member:
                while chunk := member.read(_CHUNK_BYTES):
                    yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise refusal(self.place, f"is not UTF-8 text; {ASK_AGAIN}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as damage:
            raise refusal(self.place, f"is damaged; {ASK_AGAIN}") from damage

    def _more(self) -> bool:
        """Whether there was more; what has been read is let go."""
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._text, self._at = self._text[self._at :] + piece, 0
        return True

    def _next(self) -> str:
        """The next character that is not blank; empty at the end."""
        blank_count = 0
        while True:
            before = self._at
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # also matches nothing
            blank_count += self._at - before
            if blank_count > _LONGEST_OBJECT:
                raise self._refusal()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise self._refusal()
        self._at += 1

    def _expect_end(self) -> None:
        if self._next() == ";":
            self._at += 1
        if self._next():
            raise self._refusal()

    def _skip_opening(self) -> None:
        while "=" not in self._text:
            if len(self._text) > _LONGEST_OPENING or not self._more():
                raise self._refusal()
        self._at = self._text.index("=") + 1
        if self._at > _LONGEST_OPENING:
            raise self._refusal()

    def _object(self) -> JsonObject:
        if self._next() != "{":
            raise self._refusal()
        while True:
            try:
                said, self._at = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if len(self._text) - self._at > _LONGEST_OBJECT or not self._more():
                    raise self._refusal() from None
            else:
                return dict(said)

    def _refusal(self) -> ExportRefusedError:
        return refusal(self.place, f"is not the JSON that X writes; {ASK_AGAIN}")

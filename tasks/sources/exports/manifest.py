"""What an archive says of itself: whose it is, when it was made, and which members hold what."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.sources.exports.container import ASK_AGAIN, refuse_large, wanted
from tasks.sources.exports.moments import moment
from tasks.sources.exports.refusal import refusal
from tasks.sources.exports.script import Json, Script

MANIFEST = "data/manifest.js"
WORKBOOK = "[Content_Types].xml"
"""The member that every Excel workbook has (ECMA-376, part 2)."""
MEMBER = re.compile(r"^data/[A-Za-z0-9_-]{1,80}\.js$")
ACCOUNT_ID = re.compile(r"^[0-9]{1,19}$")
MOST_PARTS = 1_000


@dataclass(frozen=True)
class Part:
    """One member that holds a list or a part of one, and how many objects the manifest says it holds."""

    member: str
    count: int | None


@dataclass(frozen=True)
class Manifest:
    """The account, its @name when the archive was made, that moment, and the parts of each list by its name."""

    account_id: str
    handle: str
    generated_at: datetime
    lists: dict[str, tuple[Part, ...]]


def parse_manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    """`data/manifest.js` of the archive; `ExportRefusedError` when it is missing, partial or not as X writes it."""
    if WORKBOOK in archive.namelist():
        raise refusal(name, "is a workbook of a spreadsheet; save the sheet as CSV UTF-8")
    if MANIFEST not in archive.namelist():
        raise refusal(name, f"holds no {MANIFEST}, so it is no archive of X's; {ASK_AGAIN}")
    script = Script(archive, wanted(archive, MANIFEST, name), name)
    said = script.whole()
    try:
        manifest = _manifest(said)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise refusal(
            script.place, f"lacks the account, the date or the lists that X's manifests name; {ASK_AGAIN}"
        ) from None
    if said["archiveInfo"].get("isPartialArchive"):
        raise refusal(script.place, f"says that this is a part of the archive; {ASK_AGAIN}")
    return manifest


def objects(archive: zipfile.ZipFile, parts: tuple[Part, ...], name: str) -> Iterator[Json]:
    """The objects of a list, part after part; refused when a part holds another number than the manifest says."""
    infos = [wanted(archive, part.member, name) for part in parts]
    refuse_large(infos, name)
    for part, info in zip(parts, infos, strict=True):
        script = Script(archive, info, name)
        number = 0
        for number, said in enumerate(script.objects(), start=1):  # noqa: B007 - the last number is compared below
            yield said
        if part.count not in (None, number):
            raise refusal(script.place, f"holds {number} entries where the manifest says {part.count}; {ASK_AGAIN}")


def _manifest(said: Json) -> Manifest:
    user, info = said["userInfo"], said["archiveInfo"]
    if not ACCOUNT_ID.match(user["accountId"]):
        raise ValueError
    lists = {kind: tuple(_parts(of["files"])) for kind, of in said["dataTypes"].items() if "files" in of}
    return Manifest(user["accountId"], str(user["userName"]), moment(info["generationDate"]), lists)


def _parts(files: list[Any]) -> Iterator[Part]:
    if len(files) > MOST_PARTS:
        raise ValueError
    for file in files:
        if not MEMBER.match(file["fileName"]):
            raise ValueError
        yield Part(file["fileName"], int(file["count"]) if "count" in file else None)

"""A ZIP that is damaged or was made to harm is refused with one sentence, before anything of it is unpacked."""

import io
import json
import stat
import struct
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.sources.exports.archive import archive_export
from tasks.sources.exports.export import ExportRefusedError, Owner
from tests.unit.exports.archives import LISTS, manifest, members, saved_archive, script, zipped

ADA = Owner("@ada", "ada")
TODAY = date(2026, 9, 1)
FOLLOWER = "data/follower.js"
END = b"PK\x05\x06"
CENTRAL = b"PK\x01\x02"


def _without(*names: str) -> bytes:
    return zipped({name: content for name, content in members().items() if name not in names})


def _with(name: str, content: bytes) -> bytes:
    return zipped(members() | {name: content})


def _said(**info: object) -> bytes:
    return _with("data/manifest.js", manifest(LISTS, **info))


def _naming(member: str) -> bytes:
    return _with("data/manifest.js", manifest(LISTS).replace(b"data/follower.js", member.encode()))


def _link() -> bytes:
    sink = io.BytesIO(zipped(members()))
    with zipfile.ZipFile(sink, "a") as archive:
        link = zipfile.ZipInfo("data/like.js")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return sink.getvalue()


def _twice() -> bytes:
    sink = io.BytesIO(zipped(members()))
    with zipfile.ZipFile(sink, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(FOLLOWER, b"window.YTD.follower.part0 = []")
    return sink.getvalue()


def _changed(field: int, form: str, value: int) -> bytes:
    """An archive whose directory says something else of the follower list."""
    content = bytearray(zipped(members()))
    name = content.rindex(FOLLOWER.encode())
    entry = content.rindex(CENTRAL, 0, name)
    struct.pack_into(form, content, entry + field, value)
    return bytes(content)


def _crowded() -> bytes:
    """An archive that says it names 60,000 members in a directory of 4 GB."""
    content = bytearray(zipped(members()))
    struct.pack_into("<HHL", content, content.rindex(END) + 8, 60_000, 60_000, 4_000_000_000)
    return bytes(content)


BROKEN = "is not the JSON that X writes"


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("holds no data/manifest.js", _without("data/manifest.js")),
        ("data/follower.js: is missing", _without(FOLLOWER)),
        ("names no follower among its lists", _with("data/manifest.js", manifest({"account": LISTS["account"]}))),
        ("says that this is a part of the archive", _said(isPartialArchive=True)),
        ("lacks the account, the date or the lists", _said(generationDate="yesterday")),
        ("lacks the account, the date or the lists", _said(generationDate=None)),
        ("lacks the account, the date or the lists", _with("data/manifest.js", b"window.__THAR_CONFIG = {}")),
        ("lacks the account, the date or the lists", _naming("../../etc/passwd")),
        ("lacks the account, the date or the lists", _naming("/etc/passwd")),
        (
            "holds 3 entries where the manifest says 4",
            _with(FOLLOWER, script("follower.part0", [{"follower": {"accountId": str(n)}} for n in range(3)])),
        ),
        ("holds an entry that is no follower", _with(FOLLOWER, script("follower.part0", [{"following": {}}]))),
        ("'12x' is no id", _with(FOLLOWER, script("follower.part0", [{"follower": {"accountId": "12x"}}]))),
        ("'99999999999999999999' is no id", _with(FOLLOWER, script("f", [{"follower": {"accountId": "9" * 20}}]))),
        (
            "'-1' is no count",
            _with("data/tweets.js", script("t", [{"tweet": {"id_str": "7000000000000", "favorite_count": "-1"}}])),
        ),
        ("post 7 has no creation date", _with("data/tweets.js", script("t", [{"tweet": {"id_str": "7"}}]))),
        (BROKEN, _with(FOLLOWER, script("follower.part0", [{}])[:-4])),
        (BROKEN, _with(FOLLOWER, b"")),
        (BROKEN, _with(FOLLOWER, b"<html>=</html>")),
        (BROKEN, _with(FOLLOWER, b"window.YTD.follower.part0 = " + b"[" * 100_000)),
        (BROKEN, _with(FOLLOWER, b'window.YTD.follower.part0 = [{"follower": ' + b'{"a":' * 100_000)),
        (BROKEN, _with(FOLLOWER, b'window.YTD.follower.part0 = [{"n": ' + b"9" * 5_000 + b"}]")),
        (BROKEN, _with(FOLLOWER, b"window.YTD.follower.part0 = [1, 2]")),
        (BROKEN, _with(FOLLOWER, script("follower.part0", []) + b" [] ")),
        ("is not UTF-8 text", _with(FOLLOWER, script("follower.part0", []).decode().encode("utf-16"))),
        ("is not UTF-8 text", _with(FOLLOWER, 'window.YTD.follower.part0 = [{"é": 1}]'.encode("latin-1"))),
        ("holds the unsafe name '../data/like.js'", _with("../data/like.js", b"")),
        ("holds the unsafe name 'data/../../like.js'", _with("data/../../like.js", b"")),
        ("holds the unsafe name '/etc/cron.d/x'", _with("/etc/cron.d/x", b"")),
        ("holds the unsafe name 'C:/x'", _with("C:/x", b"")),
        ("holds the unsafe name 'data", _with("data\\like.js", b"")),
        ("holds the unsafe name 'data/like.js'", _link()),
        ("holds 'data/follower.js' more than once", _twice()),
        ("unpacks to more than 200 times", _with(FOLLOWER, b"window.YTD.follower.part0 = [" + b" " * 5_000_000 + b"]")),
        ("holds 2,147,483,647 bytes, more than", _changed(24, "<L", 2**31 - 1)),
        ("is encrypted or packed in an unusual way", _changed(8, "<H", 1)),
        ("is encrypted or packed in an unusual way", _changed(10, "<H", 14)),
        ("data/follower.js: is damaged", _changed(16, "<L", 12_345)),
        ("names 60,000 members, more than", _crowded()),
        ("is no ZIP, or was cut off", zipped(members())[:-40]),
        ("is no ZIP, or was cut off", b""),
        ("is no ZIP, or was cut off", END),
        ("is no ZIP, or was cut off", b"date,followers\n"),
        ("the ZIP is damaged", b"nothing" + zipped({})[:4] + b"\x00" * 4 + struct.pack("<HHLLH", 3, 3, 100, 7, 0)),
    ],
)
def test_each_bad_archive_is_refused_in_a_sentence(tmp_path: Path, said: str, content: bytes) -> None:
    """The sentence names the archive, the place, and what to do."""
    with pytest.raises(ExportRefusedError, match=said) as refused:
        archive_export(saved_archive(tmp_path, content), ADA, TODAY)
    assert str(refused.value).startswith("twitter-2026-08-15-0123abcd.zip")
    assert "request a new archive" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The operating system's own words name the reason."""
    with pytest.raises(ExportRefusedError, match="cannot be read: No such file"):
        archive_export(tmp_path / "none.zip", ADA, TODAY)


def test_more_members_than_an_archive_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound holds also for a directory that is truthful about its length."""
    monkeypatch.setattr("tasks.sources.exports.archive_zip.MOST_MEMBERS", 5)
    with pytest.raises(ExportRefusedError, match="names 10 members, more than"):
        archive_export(saved_archive(tmp_path), ADA, TODAY)


def test_a_bomb_within_the_bounds_stays_out_of_memory(tmp_path: Path) -> None:
    """50 MB of blanks in a list, thinly packed, are refused having held a few MB of them at a time."""
    sink = io.BytesIO(_without(FOLLOWER))
    with zipfile.ZipFile(sink, "a") as archive, archive.open(FOLLOWER, "w") as member:
        member.write(b"window.YTD.follower.part0 = [")
        for _ in range(50):
            member.write(b" " * 1_000_000)
    path = saved_archive(tmp_path, sink.getvalue())
    tracemalloc.start()
    with pytest.raises(ExportRefusedError, match=BROKEN):
        archive_export(path, ADA, TODAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@given(places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_ends_in_a_traceback(tmp_path: Path, places: list[tuple[int, int]]) -> None:
    """Whichever bytes are changed: an archive, or a refusal."""
    content = bytearray(zipped(members()))
    for place, value in places:
        content[-1 - place % len(content)] = value
    try:
        export = archive_export(saved_archive(tmp_path, bytes(content)), ADA, TODAY)
    except ExportRefusedError:
        return
    assert json.loads(export.content)["account_id"] == "4242"

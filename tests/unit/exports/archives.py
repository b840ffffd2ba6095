"""Invented archives in the exact layout of X's: scripts with two-space JSON, a manifest, and what is never read."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

GENERATED = "2026-08-15T06:33:07.558Z"
ADDRESS = "ada@invented.example"
SECRET = "a direct message that nobody may read"  # noqa: S105 - an invented message, no password
OLD_ID, NEW_ID = 4_242, 1_346_889_436_626_259_968
"""A short id, which holds no time, and an id of 2021-01-06T18:40:40.344Z."""


def script(name: str, entries: object) -> bytes:
    """A list as X writes it."""
    return f"window.YTD.{name} = {json.dumps(entries, indent=2, ensure_ascii=False)}".encode()


def follower(account_id: int) -> dict[str, object]:
    """One entry of follower.js."""
    link = f"https://twitter.com/intent/user?user_id={account_id}"
    return {"follower": {"accountId": str(account_id), "userLink": link}}


def post(post_id: int, text: str = "hello", **more: object) -> dict[str, object]:
    """One entry of tweets.js."""
    written = {
        "edit_info": {"initial": {"editTweetIds": [str(post_id)]}},
        "retweeted": False,
        "source": '<a href="https://invented.example">Invented</a>',
        "entities": {"hashtags": [], "urls": []},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": "3",
        "id_str": str(post_id),
        "retweet_count": "1",
        "id": str(post_id),
        "created_at": "Wed Jan 06 18:40:40 +0000 2021",
        "favorited": False,
        "full_text": text,
        "lang": "en",
    }
    return {"tweet": written | more}


FOLLOWERS = [follower(number) for number in (NEW_ID + 9, NEW_ID, 77, 12)]
"""Newest first; the two oldest have ids without a time."""
TWEETS = [
    post(NEW_ID + 1),
    post(NEW_ID + 2, "RT @bob: look", favorite_count="0", retweet_count="9000"),
    post(
        NEW_ID + 3, "@bob no", in_reply_to_status_id_str="5", in_reply_to_user_id_str="77", in_reply_to_screen_name="b"
    ),
    post(NEW_ID + 4, "and", in_reply_to_status_id_str=str(NEW_ID + 1), in_reply_to_user_id_str=str(OLD_ID)),
    post(20, "an old one", created_at="Thu Nov 03 08:50:26 +0000 2008"),
]
ME = [{"account": {"email": ADDRESS, "createdVia": "web", "username": "ada", "accountId": str(OLD_ID)}}]
ME[0]["account"] |= {"createdAt": "2009-03-11T21:04:23.000Z", "accountDisplayName": "Ada"}
LISTS: Mapping[str, Sequence[tuple[str, str, Sequence[object]]]] = {
    "account": [("data/account.js", "account.part0", ME)],
    "follower": [("data/follower.js", "follower.part0", FOLLOWERS)],
    "tweets": [("data/tweets.js", "tweets.part0", TWEETS[:3]), ("data/tweets-part1.js", "tweets.part1", TWEETS[3:])],
}


def manifest(lists: Mapping[str, Sequence[tuple[str, str, Sequence[object]]]], **info: object) -> bytes:
    """manifest.js for these lists."""
    said = {
        "userInfo": {"accountId": str(OLD_ID), "userName": "Ada", "displayName": "Ada, invented \u263a"},
        "archiveInfo": {
            "sizeBytes": "2004679670",
            "generationDate": GENERATED,
            "isPartialArchive": False,
            "maxPartSizeBytes": "53687091200",
        }
        | info,
        "readmeInfo": {"fileName": "data/README.txt", "directory": "data/", "name": "README.txt"},
        "dataTypes": {
            kind: {
                "files": [
                    {"fileName": member, "globalName": f"YTD.{name}", "count": str(len(entries))}
                    for member, name, entries in parts
                ]
            }
            for kind, parts in lists.items()
        },
    }
    return f"window.__THAR_CONFIG = {json.dumps(said, indent=2, ensure_ascii=False)}".encode()


def members(lists: Mapping[str, Sequence[tuple[str, str, Sequence[object]]]] = LISTS) -> dict[str, bytes]:
    """The members of an archive with these lists, what is never read among them."""
    written = {member: script(name, entries) for parts in lists.values() for member, name, entries in parts}
    return {
        "Your archive.html": b"<!DOCTYPE html>",
        "assets/js/main.js": b"void 0",
        "data/README.txt": b"Read me",
        "data/direct-messages.js": script("direct_messages.part0", [{"text": SECRET}]),
        "data/tweets_media/1346889436626259968-Ab_c.jpg": b"\xff\xd8",
        "data/manifest.js": manifest(lists),
        **written,
    }


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The members as a ZIP."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def saved_archive(folder: Path, contents: bytes | None = None) -> Path:
    """An archive on disk, under the name that X gives."""
    path = folder / "twitter-2026-08-15-0123abcd.zip"
    path.write_bytes(zipped(members()) if contents is None else contents)
    return path

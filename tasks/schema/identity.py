"""The one normal form of whoever is named: an id is digits without leading zeros, a handle lower case without its @.

A DID of Bluesky has the number under which the tables know it.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Literal

DID_BITS = 63
_LARGEST_ID = 2**63 - 1
_DIGITS = re.compile(r"0*([1-9][0-9]{0,18})(?:\.0+)?")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9.:%_-]+")
_X_HANDLE = re.compile(r"[a-z0-9_]{1,50}")
_HOST_HANDLE = re.compile(r"(?=.{4,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_ABOUT = frozenset(
    {"id", "idstr", "userid", "useridstr", "accountid", "authorid", "followerid", "actorid", "memberid", "friendid"}
    | {"personid", "profileid", "twitterid", "twitteruserid", "xid", "did"}
)
_NOT_PEOPLE = ("post", "tweet", "status", "media", "conversation", "list", "place", "poll", "request", "event", "batch")
_PROFILES = frozenset({"user", "follower", "login", "twitter", "account", "profile", "profileurl", "url", "link"})

FieldKind = Literal["about", "mention", "handle", "profile", "other"]
"""Whom an object is about, an id of somebody whom it names, a handle, what is one in lists, and everything else."""


def did_number(did: str) -> int:
    """The number under which a DID stands in the tables: the first 63 bits of its SHA-256.

    Among a million accounts two share a number with a chance of about 1 in 20 million.

    >>> did_number("did:plc:ewvi7nxzyoun6zhxrhs64oiz") < 2**63
    True
    """
    return int.from_bytes(hashlib.sha256(did.encode()).digest()[:8], "big") >> (64 - DID_BITS)


def normal_id(text: object) -> str | None:
    """The id that the text is, however it was written; None when it is none.

    >>> normal_id("000783214"), normal_id(" '783214' "), normal_id("783214.0"), normal_id("7 likes")
    ('783214', '783214', '783214', None)
    """
    bare = _bare(text)
    if _DID.fullmatch(bare):
        return str(did_number(bare))
    digits = _DIGITS.fullmatch(bare)
    return digits[1] if digits and int(digits[1]) <= _LARGEST_ID else None


def normal_handle(text: object) -> str | None:
    """The handle that the text is, on X or Bluesky; None when it is none.

    >>> normal_handle("@Frank"), normal_handle("frank.bsky.social"), normal_handle("Frank and friends")
    ('frank', 'frank.bsky.social', None)
    """
    handle = _bare(text).removeprefix("@").lower()
    return handle if _X_HANDLE.fullmatch(handle) or _HOST_HANDLE.fullmatch(handle) else None


def _bare(text: object) -> str:
    """Without what spreadsheets put around a cell, and with plain digits."""
    said = str(text)
    return (said if said.isascii() else unicodedata.normalize("NFKC", said)).strip(" \t\r\n'\"=\ufeff")


@lru_cache(4096)
def field_kind(name: str) -> FieldKind:
    """What a field of this name holds.

    >>> field_kind("User ID"), field_kind("in_reply_to_user_id"), field_kind("screen_name"), field_kind("post_id")
    ('about', 'mention', 'handle', 'other')
    """
    plain = "".join(letter for letter in name.lower() if letter.isalnum())
    if plain in _ABOUT:
        return "about"
    if plain.endswith(("id", "ids", "idstr")) and not plain.startswith(_NOT_PEOPLE):
        return "mention"
    if plain.endswith(("handle", "username", "screenname")):
        return "handle"
    return "profile" if plain in _PROFILES else "other"

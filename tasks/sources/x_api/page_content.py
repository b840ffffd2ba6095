"""What of a page counts: each object is checked on arrival, and what is odd is set aside with its reason."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from tasks.sources.snowflakes import FIRST_SNOWFLAKE, snowflake_moment
from tasks.sources.x_api.endpoints import POST_LOOKUP, QUOTES, TIMELINE, Endpoint

ODD_FIELDS = "odd fields"
"""Under this name a checked object lists the fields that were left out of it: X knows no name with a space."""

MOST_ID = 2**63 - 1
MOST_COUNT = 2**53
"""The largest whole number that a float holds exactly: nothing on X is counted so far."""

FIRST_YEAR = 2006
"""Nothing on X is older."""

CLOCKS_APART = timedelta(days=1)
"""By so much this machine's clock may lag behind X's before a time of X is in the future."""

_ID_DIGITS = 19
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_REPOST_TEXT = "RT @"
_NAMES_ASKED = {"ids": "id", "usernames": "username"}

_Check: TypeAlias = Callable[[Any], bool]
_Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Rejection:
    """A part of an answer that does not count: which field (null: the whole object) and why, a code of `rejected`."""

    field: str | None
    reason: str
    object_id: str | None = None


@dataclass(frozen=True)
class PageContent:
    """What a page holds: objects that count, what was set aside, and what X bills all the same.

    `billed` are objects with an id, asked for or not; `unnamed_count` counts those without one.
    """

    objects: list[_Object]
    rejections: list[Rejection]
    billed: list[_Object]
    unnamed_count: int


def is_id(value: object) -> bool:
    """Whether it is an id of X: up to 19 digits, as text or as a number of 64 bits.

    >>> [is_id(said) for said in ("12", 12, "", "99999999999999999999", True, None)]
    [True, True, False, False, False, False]
    """
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) <= _ID_DIGITS and 0 < int(value) <= MOST_ID
    return type(value) is int and 0 < value <= MOST_ID


def is_count(value: object) -> bool:
    """Whether it counts something.

    >>> [is_count(said) for said in (0, 3, -1, 1.5, 2**70, "3", True)]
    [True, True, False, False, False, False, False]
    """
    return type(value) is int and 0 <= value <= MOST_COUNT


def is_text(value: object) -> bool:
    """Whether it is a text that can be written: a lone surrogate cannot."""
    if not isinstance(value, str):
        return False
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def moment_of(value: object) -> datetime | None:
    """The time that X states; null for what is none, or lies before X.

    >>> [moment_of(said) is not None for said in ("2021-01-06T18:40:40.344Z", "soon", "0001-01-01T00:00:00Z", 5)]
    [True, False, False, False]
    """
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.year >= FIRST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_references(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and is_text(entry.get("type")) and is_id(entry.get("id")) for entry in value
    )


_METRICS = {
    "user": ("followers_count", "following_count", "tweet_count", "post_count", "listed_count", "like_count"),
    "post": (
        *("retweet_count", "repost_count", "reply_count", "like_count", "quote_count"),
        *("bookmark_count", "impression_count"),
    ),
}
_TEXTS = ("username", "description", "location", "url", "profile_image_url")
_CHECKS: Mapping[str, Sequence[tuple[str, _Check, str]]] = {
    "user": (
        *((name, is_text, "no_text") for name in _TEXTS),
        *((name, _is_flag, "no_flag") for name in ("protected", "verified")),
        *((name, is_id, "no_id") for name in ("most_recent_tweet_id", "most_recent_post_id")),
    ),
    "post": (
        *((name, is_id, "no_id") for name in ("author_id", "conversation_id", "in_reply_to_user_id")),
        *((name, _is_references, "no_reference") for name in ("referenced_tweets", "referenced_posts")),
        ("text", is_text, "no_text"),
    ),
}


def page_content(
    entries: Sequence[Any], source: Endpoint, parameters: Mapping[str, str], subject_id: str | None, at: datetime
) -> PageContent:
    """What of the listed entries counts: `at` is when they arrived, `parameters` what was asked for.

    An object without an id is set aside, and so is one that nobody asked for; an odd field is left out of its object.
    X serves no more than it was asked for, so what stands beyond is not looked at.
    """
    most, is_look_up = _most(parameters), not _NAMES_ASKED.keys().isdisjoint(parameters)
    listed = entries if is_look_up else entries[:most]
    named = [entry for entry in listed if isinstance(entry, dict) and is_id(entry.get("id"))]
    unnamed_count = len(listed) - len(named)
    rejections = [Rejection(None, "not_asked_for")] * (len(entries) - len(listed))
    rejections += [Rejection(None, "no_id")] * unnamed_count
    objects: list[_Object] = []
    others: list[_Object] = []
    for entry in named:
        checked = checked_object(entry, source.holds, at + CLOCKS_APART)
        odd: dict[str, str] = checked.get(ODD_FIELDS, {})
        rejections += [Rejection(name, reason, str(entry["id"])) for name, reason in odd.items()]
        if reason := _objection(checked, source, parameters, subject_id, at):
            rejections.append(Rejection(None, reason, str(entry["id"])))
            others.append(entry)
        else:
            objects.append(checked)
    billed = [*objects, *others][:most]
    return PageContent(objects, rejections, billed, unnamed_count if most is None else min(unnamed_count, most))


def _most(parameters: Mapping[str, str]) -> int | None:
    for name in _NAMES_ASKED:
        if name in parameters:
            return parameters[name].count(",") + 1
    size = parameters.get("max_results")
    return int(size) if size else None


def checked_object(entry: _Object, kind: str, latest: datetime) -> _Object:
    """The object without its odd fields, which it names with their reasons under `ODD_FIELDS`; itself without any."""
    odd = {
        name: reason
        for name, is_right, reason in _CHECKS[kind]
        if (value := entry.get(name)) is not None and not is_right(value)
    }
    if (said := entry.get("created_at")) is not None:
        moment = moment_of(said)
        odd |= {} if moment is not None and moment <= latest else {"created_at": "no_time"}
    metrics = entry.get("public_metrics")
    odd_counts = dict(_odd_counts(metrics, kind))
    odd |= odd_counts
    if not odd:
        return entry
    kept = {name: value for name, value in entry.items() if name not in odd}
    if odd_counts and isinstance(metrics, dict):
        kept["public_metrics"] = {name: value for name, value in metrics.items() if name not in odd_counts}
    return kept | {ODD_FIELDS: odd}


def _odd_counts(metrics: object, kind: str) -> Iterator[tuple[str, str]]:
    if metrics is None:
        return
    if not isinstance(metrics, dict):
        yield "public_metrics", "no_count"
        return
    for name in _METRICS[kind]:
        if (value := metrics.get(name)) is not None and not is_count(value):
            yield name, "no_count"


def odd_fields(entry: _Object) -> Mapping[str, str]:
    """The fields that were left out of a checked object, with their reasons."""
    odd: Mapping[str, str] = entry.get(ODD_FIELDS, {})
    return odd


def _objection(
    entry: _Object, source: Endpoint, parameters: Mapping[str, str], subject_id: str | None, at: datetime
) -> str | None:
    """Why the whole object does not count; null where it does."""
    for name, key in _NAMES_ASKED.items():
        if name in parameters and str(entry.get(key)).lower() not in parameters[name].lower().split(","):
            return "not_asked_for"
    if source.name == TIMELINE.name and str(entry.get("author_id", subject_id)) != subject_id:
        return "not_asked_for"
    if source.name == QUOTES.name:
        return _no_quote(entry)
    if source.name in {TIMELINE.name, POST_LOOKUP.name} and not _has_time(entry, at):
        return "no_time"
    return None


def _no_quote(entry: _Object) -> str | None:
    """Why a post in the list of quotes is none: X lists there, too, who reposted a quote."""
    stated = entry.get("referenced_tweets") or entry.get("referenced_posts")
    if stated is None:
        return "repost" if str(entry.get("text", "")).startswith(_REPOST_TEXT) else None
    kinds = {reference["type"] for reference in stated}
    if "retweeted" in kinds:
        return "repost"
    return None if "quoted" in kinds else "not_asked_for"


def _has_time(entry: _Object, at: datetime) -> bool:
    number = int(entry["id"])
    is_timed = number >= FIRST_SNOWFLAKE and snowflake_moment(number) <= at + CLOCKS_APART
    return entry.get("created_at") is not None or is_timed

"""Documents as others wrote them, without what they say of some people.

Ids and handles are looked for in fields that hold such, in one normal form.
Elsewhere a number counts as an id only where it is too long for a count or a date, and a handle only after an @
or in the address of a profile: so a short id takes no year and no count with it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.schema.identity import FieldKind, field_kind, normal_handle, normal_id

IsPerson = Callable[[str], bool]
LONG_ID = 11
"""More digits than dates, counts of one account and seconds have: nothing but an id, wherever it stands."""
_POST_FIELDS = frozenset({"text", "full_text", "author_id", "edit_history_tweet_ids", "conversation_id", "media_key"})
"""An object with one of these is a post or a picture, and its `id` is nobody's."""
_PROBLEM_FIELDS = frozenset({"title", "type", "value"})
"""A problem that X reports (RFC 9457) with these is about its `value`, which its sentence repeats."""
_LISTS = ("followers", "following", "friends", "members", "users", "ids")
"""Lists of numbers that are ids; one number under such a name is a count."""
_MARKED = re.compile(
    r"(?:https?://)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com/(?:i/user/|intent/user\?user_id=|@)?(?P<on_x>[A-Za-z0-9_]+)"
    r"|(?:https?://)?bsky\.app/profile/(?P<on_bluesky>[A-Za-z0-9.:_-]+)"
    rf"|(?P<id>(?<![0-9])[0-9]{{{LONG_ID},}}(?![0-9])|did:[a-z]+:[A-Za-z0-9.:%_-]+)"
    r"|@(?P<handle>[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*)",
    re.IGNORECASE,
)
"""What in a text names somebody, whatever stands around it."""


@dataclass(frozen=True)
class People:
    """Some people, by their normal ids and handles."""

    has_id: IsPerson
    has_handle: IsPerson

    def is_id(self, value: object) -> bool:
        """Whether the value is the id of one of them."""
        person = str(value) if type(value) is int else normal_id(value)
        return person is not None and self.has_id(person)

    def is_handle(self, value: object) -> bool:
        """Whether the value is the handle of one of them."""
        handle = normal_handle(value)
        return handle is not None and self.has_handle(handle)

    def is_named(self, mark: re.Match[str]) -> bool:
        """Whether what names somebody in a text names one of them."""
        name = next(filter(None, mark.groupdict().values()))
        return self.is_id(name) or (mark["id"] is None and self.is_handle(name))


def people_of(ids: Collection[str], handles: Collection[str]) -> People:
    """The people of these normal ids and handles."""
    return People(frozenset(ids).__contains__, frozenset(handles).__contains__)


def is_about(fields: Mapping[str, Any], people: People) -> bool:
    """Whether the object is about one of them as a whole."""
    is_post = not _POST_FIELDS.isdisjoint(fields)
    return any(
        _says_who(field_kind(name), value, people)
        for name, value in fields.items()
        if isinstance(value, str | int) and not (is_post and name == "id")
    ) or (fields.keys() >= _PROBLEM_FIELDS and people.is_id(fields.get("value")))


def is_record_about(fields: Mapping[str, Any], people: People) -> bool:
    """The same of a record of a list, of which a cell may also be a handle with its @ or the address of a profile."""
    return is_about(fields, people) or any(
        isinstance(value, str) and _is_name_alone(field_kind(name), value.strip(), people)
        for name, value in fields.items()
    )


def _says_who(kind: FieldKind, value: str | int, people: People) -> bool:
    return (kind == "about" and people.is_id(value)) or (kind == "handle" and people.is_handle(value))


def _is_name_alone(kind: FieldKind, text: str, people: People) -> bool:
    mark = _MARKED.fullmatch(text.rstrip("/"))
    return (kind == "profile" and people.is_handle(text)) or (mark is not None and people.is_named(mark))


def without_people(document: Any, people: People, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """The JSON document without the objects about these people, and without their names where others give them.

    None where nothing is left of it; what becomes empty goes too. `name` is that of the field in which it stands.

    >>> seven = people_of({"7"}, {"ann"})
    >>> without_people({"data": [{"id": "7"}, {"id": "8", "in_reply_to_user_id": "7", "text": "7 to @ann"}]}, seven)
    {'data': [{'id': '8', 'text': '7 to '}]}
    """
    if isinstance(document, dict):
        return _object_without(document, people)
    if isinstance(document, list):
        is_ids = name.lower() in _LISTS and all(type(value) is int for value in document)
        kept = (None if is_ids and people.is_id(value) else without_people(value, people, name) for value in document)
        return [now for now, value in zip(kept, document, strict=True) if now is not None or value is None]
    if isinstance(document, str):
        return _text_of_field(document, people, name)
    is_named = type(document) is int and (field_kind(name) in {"about", "mention"} or document >= 10**LONG_ID)
    return None if is_named and people.is_id(document) else document


def _object_without(fields: dict[str, Any], people: People) -> dict[str, Any] | None:
    if is_about(fields, people):
        return None
    if fields.keys() >= {"columns", "data"} and isinstance(fields["columns"], list):
        return fields | {"data": _records_without(fields["columns"], fields["data"], people)}
    left = {
        name: (value, without_people(value, people, name)) for name, value in fields.items() if not people.is_id(name)
    }
    kept = {name: now for name, (value, now) in left.items() if now is not None or value is None}
    return kept if kept or not fields else None


def _records_without(columns: list[Any], records: Any, people: People) -> list[Any]:  # noqa: ANN401 - any JSON
    """Rows of a table under the names of its columns."""
    named = [dict(zip(map(str, columns), record, strict=False)) for record in records]
    return [record for record, fields in zip(records, named, strict=True) if not is_about(fields, people)]


def _text_of_field(text: str, people: People, name: str) -> str | None:
    kind = field_kind(name)
    if kind in {"about", "mention"} and not text.isspace():
        parts = text.split(",")
        left = [part for part in parts if not people.is_id(part)]
        if len(left) < len(parts):
            return ",".join(left) or None
    if kind == "handle" and people.is_handle(text):
        return None
    return text_without(text, people)


def text_without(text: str, people: People) -> str:
    """The text without the long ids, the handles after an @ and the profiles of these people."""
    return _MARKED.sub(lambda mark: "" if people.is_named(mark) else mark[0], text)

"""Documents as others wrote them, without what they say of some people.

What stands under `id`, `author_id`, `accountId` or `account_id` is whom an object is about.
"""

from collections.abc import Callable
from typing import Any

ABOUT = ("id", "author_id", "accountId", "account_id")
"""An object with a person's id under one of these names is about that person as a whole."""
IsPerson = Callable[[str], bool]


def without_people(document: Any, is_person: IsPerson) -> Any:  # noqa: ANN401 - any JSON
    """The JSON document without the objects about these people, and without their ids where others name them.

    None where nothing is left of it; what becomes empty goes too.

    >>> without_people({"data": [{"id": "7"}, {"id": "8", "in_reply_to_user_id": "7"}]}, "7".__eq__)
    {'data': [{'id': '8'}]}
    """
    if isinstance(document, dict):
        if any(is_person(str(document[name])) for name in ABOUT if isinstance(document.get(name), str | int)):
            return None
        left = {
            name: (value, without_people(value, is_person)) for name, value in document.items() if not is_person(name)
        }
        return _rest({name: now for name, (value, now) in left.items() if now is not None or value is None}, document)
    if isinstance(document, list):
        is_ids = all(isinstance(value, int) for value in document)
        return [now for value in document if (now := _listed(value, is_person, is_ids)) is not None or value is None]
    if isinstance(document, str) and any(map(is_person, document.split(","))):
        return ",".join(part for part in document.split(",") if not is_person(part)) or None
    return document


def _listed(value: Any, is_person: IsPerson, is_ids: bool) -> Any:  # noqa: ANN401 - any JSON; of the whole list
    """Numbers are ids where a list holds nothing else; under a name, or in a row, they are counts."""
    if is_ids:
        return None if is_person(str(value)) else value
    return without_people(value, is_person)


def _rest(left: dict[str, Any], before: dict[str, Any]) -> dict[str, Any] | None:
    return None if before and not left else left

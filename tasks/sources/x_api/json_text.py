"""X's answers as JSON, whatever they hold: no number and no nesting in one object costs the rest of the page."""

import json
import math
import re
from typing import Any

MOST_DEPTH = 24
"""Levels kept of an answer: X's own objects have eight at most (OpenAPI 2.167); what lies below becomes null."""

MOST_DIGITS = 25
"""Digits of a whole number that is read as one: 64 bits have 20, and Python refuses more than 4,300."""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def json_body(content: bytes) -> Any:  # noqa: ANN401 - X may answer with any JSON
    """What the bytes hold; null where they are no JSON.

    >>> json_body(b'{"data": [{"id": "1", "n": 1e400}]}')
    {'data': [{'id': '1', 'n': inf}]}
    """
    text = content.decode("utf-8-sig", "replace")
    try:
        return _shallow(_read(text), MOST_DEPTH)
    except RecursionError:
        return json_body(_without_depths(text).encode())
    except ValueError:
        return None


def _read(text: str) -> Any:  # noqa: ANN401 - as above
    return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) <= MOST_DIGITS else math.inf)


def _shallow(value: Any, depth: int) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        return {name: _shallow(part, depth - 1) for name, part in value.items()} if depth else None
    if isinstance(value, list):
        return [_shallow(part, depth - 1) for part in value] if depth else None
    return value


def _without_depths(text: str) -> str:
    """The text with null in the place of what lies deeper than `MOST_DEPTH`; for what Python cannot even read."""
    kept: list[str] = []
    depth = begins = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == MOST_DEPTH:
                kept.append(text[begins : found.start()] + "null")
        elif found[0] in "]}":
            if depth == MOST_DEPTH:
                begins = found.end()
            depth -= 1
    return "".join([*kept, text[begins:]] if depth < MOST_DEPTH else kept)

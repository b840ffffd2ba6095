"""Whole numbers as a short text: what the page holds most of. `page.js` reads it again.

A number is written with `_LETTERS`, the last letter of it one of the first 64, those before it of the other 26,
so that most steps of a series are one letter. `!` is null, and a number behind a space says how many times more
the one before it stands. No letter needs to be escaped in JSON, or ends a script element.
"""

from collections.abc import Iterable
from itertools import groupby

_LETTERS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<\\")
_LAST, _OTHERS = 64, 26
_NULL, _AGAIN = "!", " "
_LEAST_RUN = 3
"""Two alike are as short as they stand."""


def series_text(values: Iterable[int | None]) -> str:
    """Each value less the known one before it, which is short to write; null stays null.

    >>> series_text([100, None, 103, 102, 102, 102, 102])
    'h+!)$# %'
    """
    before, steps = 0, list[int | None]()
    for value in values:
        steps.append(None if value is None else value - before)
        before = before if value is None else value
    return numbers_text(steps)


def numbers_text(values: Iterable[int | None]) -> str:
    """The values as they are.

    >>> numbers_text([0, 1, -1, 32, None, None, None])
    '#%$f#! %'
    """
    return "".join(_run(value, len(list(run))) for value, run in groupby(values))


def _run(value: int | None, length: int) -> str:
    written = _NULL if value is None else _number(2 * value if value >= 0 else -2 * value - 1)
    return written * length if length < _LEAST_RUN else f"{written}{_AGAIN}{_number(length - 1)}"


def _number(value: int) -> str:
    rest, last = divmod(value, _LAST)
    written = _LETTERS[last]
    while rest:
        rest, digit = divmod(rest, _OTHERS)
        written = _LETTERS[_LAST + digit] + written
    return written

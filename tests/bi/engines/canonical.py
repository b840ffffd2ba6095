"""What a Parquet file holds, as text that any engine can write and none can write by chance.

The first line names each column and its type; then one line per row, sorted, so that an engine may read in any order.
Numbers stand digit by digit, floats as the bytes that they are, days as ISO text, moments as microseconds since 1970.
"""

import json
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

Columns: TypeAlias = Sequence[tuple[str, str, Sequence[Any]]]
"""Of each column its name, its type (see `WORDS`) and its values, moments already as microseconds."""


def _float(value: float) -> str:
    return struct.pack(">d", value).hex()


def _date(value: date) -> str:
    return date(value.year, value.month, value.day).isoformat()


WORDS: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "int64": lambda value: str(int(value)),
    "float64": _float,
    "string": str,
    "date": _date,
    "timestamp": lambda value: str(int(value)),
}
"""The types that report files have, and how a value of each is written; null is null."""


def text(columns: Columns) -> str:
    """The columns in canonical form."""
    written = [[None if value is None else WORDS[kind](value) for value in values] for _, kind, values in columns]
    rows = sorted(json.dumps(row) for row in zip(*written, strict=True))
    return "\n".join([json.dumps([[name, kind] for name, kind, _ in columns]), *rows]) + "\n"


def answer(engine: str, read: Callable[[str], Columns]) -> None:
    """Read every file that standard input names and write each in canonical form into the folder of argument 1."""
    folder = Path(sys.argv[1])
    for number, path in enumerate(_paths(sys.stdin)):
        (folder / f"{number:04}.txt").write_text(text(read(path)), encoding="utf-8")
    sys.stdout.write(f"{engine}\n")


def _paths(lines: Iterable[str]) -> Iterable[str]:
    return (line.rstrip("\n") for line in lines)

"""Writes `data/README.md` and `data/schema.json` from the declared tables: `python -m tasks.schema [--reworded]`.

The first is the data dictionary, the second what is promised to readers of the reports.
A change that would break the promise is refused; `--reworded` says that changed words mean the same.
"""

import json
import sys
from pathlib import Path

from tasks.schema.catalog import ALL_TABLES, REPORT_TABLES
from tasks.schema.dictionary import dictionary_page
from tasks.schema.promise import BrokenPromiseError, promise_text, renew_promise

_DATA = Path(__file__).parents[2] / "data"
_DICTIONARY = _DATA / "README.md"
_PROMISE = _DATA / "schema.json"


def main(arguments: list[str]) -> None:
    """Write both files; leave the promise as it is, and say why, where the tables break it."""
    _DATA.mkdir(exist_ok=True)
    _DICTIONARY.write_text(dictionary_page(ALL_TABLES), encoding="utf-8")
    published = json.loads(_PROMISE.read_text(encoding="utf-8")) if _PROMISE.exists() else None
    try:
        promise = renew_promise(published, REPORT_TABLES, is_rewording="--reworded" in arguments)
    except BrokenPromiseError as broken:
        sys.exit(
            f"{broken}\nKeep the column and add a new one, raise SCHEMA_VERSION in tasks/schema/table.py, or,\n"
            "where words alone changed and mean the same, run python -m tasks.schema --reworded."
        )
    _PROMISE.write_text(promise_text(promise), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

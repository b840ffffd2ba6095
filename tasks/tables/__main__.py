"""Writes `data/README.md`, the data dictionary, from the declared tables: `python -m tasks.tables`."""

from pathlib import Path

from tasks.tables.catalog import TABLES
from tasks.tables.dictionary import dictionary_page

PAGE = Path(__file__).parents[2] / "data" / "README.md"

if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(dictionary_page(TABLES), encoding="utf-8")

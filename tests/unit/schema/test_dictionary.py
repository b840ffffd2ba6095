"""The data dictionary says what the declarations say, wherever it lies."""

import json
from pathlib import Path

from tasks.schema.catalog import ALL_TABLES, REPORT_TABLES
from tasks.schema.dictionary import columns_table, dictionary_page

REPOSITORY = Path(__file__).parents[3]


def test_the_page_in_the_repository_is_current() -> None:
    """`data/README.md` is what `make dictionary` writes."""
    assert dictionary_page(ALL_TABLES) == (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8")


def test_every_report_column_stands_in_the_dictionary_table() -> None:
    """The `columns` table names each column of each report table once."""
    rows = columns_table(REPORT_TABLES)
    expected = {(table.name, column.name) for table in REPORT_TABLES for column in table.columns}
    assert expected == set(zip(rows["table_name"], rows["column_name"], strict=True))
    assert len(expected) == len(rows)


def test_a_file_carries_its_own_dictionary() -> None:
    """The schema's metadata holds the meaning of every field as JSON, for readers that see no field metadata."""
    for table in ALL_TABLES:
        notes = json.loads(table.schema.metadata[b"fields"])
        assert [column.name for column in table.columns] == list(notes)
        assert all(notes[column.name]["meaning"] == column.meaning for column in table.columns)
        assert table.grain == table.schema.metadata[b"grain"].decode()


def test_ids_are_strings_in_reports_and_whole_numbers_in_staged_tables() -> None:
    """Spreadsheets and JavaScript round integers of 19 digits, so no report holds one as an integer."""
    for table in ALL_TABLES:
        for column in table.columns:
            if column.type == "id":
                assert ("string" if table.stage == "report" else "int64") == str(table.schema.field(column.name).type)

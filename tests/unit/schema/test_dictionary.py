"""The data dictionary says what the declarations say, wherever it lies."""

import json
from pathlib import Path

from tasks.schema.catalog import ALL_TABLES, REPORT_TABLES
from tasks.schema.columns import divergence
from tasks.schema.dictionary import columns_table, dictionary_page
from tasks.schema.renames import RENAMED_CODES, RENAMED_COLUMNS

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


def test_columns_that_belong_together_share_a_group() -> None:
    """A wide table folds into groups, and a column has the same one wherever it stands."""
    rows = columns_table(REPORT_TABLES)
    assert 1 == rows.groupby("column_name")["column_group"].nunique().max()
    groups = rows.set_index(["table_name", "column_name"])["column_group"]
    assert "vanity score" == groups["account_daily", "klout_style_score"]
    assert "engagement" == groups["account_daily", "engagement_geometric_mean_low"]
    assert "who and when" == groups["past_blocks", "handle"]


def test_old_names_lead_to_columns_that_are_there() -> None:
    """Every name of schema version 1 that changed is gone, and what the page puts in its place is declared."""
    by_name = {table.name: table.schema.names for table in REPORT_TABLES}
    for table, renamed in RENAMED_COLUMNS.items():
        assert set(renamed.values()) <= set(by_name[table])
        assert not set(renamed) & set(by_name[table])
    page = dictionary_page(ALL_TABLES)
    assert "| `divergence_events` | `unexplained_low_followers_count` | `unexplained_followers_count_low` |" in page
    assert not set(RENAMED_CODES) & set(divergence.EXPLANATIONS)
    assert set(RENAMED_CODES.values()) <= set(divergence.EXPLANATIONS)


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

"""The pages on BI tools promise what is there."""

import re
from pathlib import Path

import duckdb
import pytest

from tasks.schema.catalog import REPORT_TABLES
from tests.bi import story
from tests.bi.invented import write_reports

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "docs" / "bi"
TOOLS = ("duckdb", "excel", "metabase", "power-bi", "superset", "tableau")
PAGES = sorted(FOLDER.glob("*.md"))
SETTINGS = {
    "file_search_path",
    "hive_partitioning",
    "parquet_kv_metadata",
    "union_by_name",
    "schema_version",
}
"""Words of DuckDB and of the files that look like columns."""


@pytest.mark.parametrize("tool", TOOLS)
def test_a_page_says_which_file_how_which_traps_and_whether_it_was_tested(tool: str) -> None:
    """Every page answers the same four questions in the same order."""
    text = (FOLDER / f"{tool}.md").read_text(encoding="utf-8")
    assert ["Which file", "How", "Traps"] == re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert re.match(r"# .+\n\n\*\*(Tested|Only documented)\*\*", text)
    assert f"({tool}.md)" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links are relative and name files of this repository."""
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert [] == [target for target in targets if not (FOLDER / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_column_that_a_page_names_exists(page: Path) -> None:
    """A column that is renamed, or a table that is gone, is found here."""
    text = page.read_text(encoding="utf-8")
    tables = {table.name for table in REPORT_TABLES}
    columns = {column.name for table in REPORT_TABLES for column in table.columns}
    assert set() == set(re.findall(r"latest/([a-z_]+)\.(?:parquet|csv)", text)) - tables
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", text))
    assert set() == named - columns - tables - SETTINGS


def test_every_ready_question_is_listed() -> None:
    """The index names each file of sql/ and no other."""
    listed = re.findall(r"\(../../sql/(\w+)\.sql\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert sorted(path.stem for path in (REPOSITORY / "sql").glob("*.sql")) == sorted(listed)


def test_the_examples_for_duckdb_run(tmp_path: Path) -> None:
    """What is there to be pasted answers, with the folder put in."""
    write_reports(tmp_path, story.REPORTS)
    text = (FOLDER / "duckdb.md").read_text(encoding="utf-8")
    examples = re.findall(r"```sql\n(.+?)```", text, flags=re.DOTALL) + re.findall(r"`(select [^`]+)`", text)
    connection = duckdb.connect(config={"file_search_path": str(tmp_path / "reports")})
    written = [example for example in examples if "*/*" not in example]
    for example in written:
        assert connection.execute(example.replace("/srv/vanity-gap/reports", f"{tmp_path}/reports")).fetchall()
    assert 2 == len(written)


def test_the_spreadsheet_holds_what_the_parquet_file_holds(tmp_path: Path) -> None:
    """The CSV begins with the mark by which Excel knows UTF-8, and reads back to the very values, empty for null."""
    write_reports(tmp_path, story.REPORTS)
    latest = tmp_path / "reports" / "latest"
    assert b"\xef\xbb\xbf" == (latest / "account_daily.csv").read_bytes()[:3]
    connection = duckdb.connect()
    flat = f"from '{latest}/account_daily.parquet'"
    types = {name: kind for name, kind, *_ in connection.execute(f"describe {flat}").fetchall()}
    said = f"from read_csv('{latest}/account_daily.csv', columns = {types}, header = true, nullstr = '')"
    assert (
        connection.execute(f"{flat} order by all").fetchall() == connection.execute(f"{said} order by all").fetchall()
    )

"""What readers of the reports rely on does not change under them."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tasks.schema.catalog import REPORT_TABLES
from tasks.schema.column import Column
from tasks.schema.promise import (
    BrokenPromiseError,
    find_breaches,
    find_rewordings,
    promise,
    promise_text,
    renew_promise,
)
from tasks.schema.table import SCHEMA_VERSION, Table

SNAPSHOT = Path(__file__).parents[3] / "data" / "schema.json"
RENEW = "run `make dictionary`; what it refuses, docs/bi/README.md explains"
DAYS = Table(
    name="days",
    stage="report",
    meaning="Days of an invented account.",
    grain="One row per account.",
    key=("account_id",),
    columns=(
        Column("account_id", "id", "The account."),
        Column("new_count", "int64", "New ones.", unit="accounts", minimum=0, null_rule="Null when not read."),
        Column("state", "string", "A code.", values=("calm", "busy")),
    ),
)
PUBLISHED = promise([DAYS])


def _changed(column: str, **said: object) -> dict[str, Any]:
    changed = copy.deepcopy(dict(PUBLISHED))
    changed["tables"]["days"]["columns"].setdefault(column, {}).update(said)
    return changed


def test_the_reports_keep_what_was_published() -> None:
    """No published column is gone or has another type, unit, bound or code, unless the version was raised."""
    published = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert [] == find_breaches(published, promise(REPORT_TABLES))


def test_no_meaning_changed_unseen() -> None:
    """Every word said of a published column is the one that was published."""
    published = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert [] == find_rewordings(published, promise(REPORT_TABLES)), RENEW


def test_the_snapshot_is_current() -> None:
    """`data/schema.json` holds every declared column, so that what is added today is kept tomorrow."""
    assert SNAPSHOT.read_text(encoding="utf-8") == promise_text(promise(REPORT_TABLES)), RENEW


def test_the_snapshot_is_json_with_a_line_per_column() -> None:
    """A changed column is one changed line."""
    text = promise_text(PUBLISHED)
    assert json.loads(text) == PUBLISHED
    assert 3 == sum('"type": ' in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("breach", "now"),
    [
        ("days.new_count: its type was int64 and is double", _changed("new_count", type="double")),
        ("days.new_count: its unit was accounts and is people", _changed("new_count", unit="people")),
        ("days.new_count: its minimum was 0 and is -5", _changed("new_count", minimum="-5")),
        ("days.state: was never null and now may be", _changed("state", is_nullable=True)),
        ("days.state: no longer takes busy", _changed("state", values="calm, lively")),
        (
            "days.late: was added and is never null, which no older file can keep",
            _changed("late", type="int64", is_nullable=False),
        ),
    ],
)
def test_a_breach_is_named(breach: str, now: dict[str, Any]) -> None:
    """Each kind of breach gives the sentence that names it."""
    assert [breach] == find_breaches(PUBLISHED, now)


def test_what_is_gone_is_named() -> None:
    """A column or a table that disappears is a breach."""
    now = copy.deepcopy(dict(PUBLISHED))
    del now["tables"]["days"]["columns"]["state"]
    assert ["days.state: is gone"] == find_breaches(PUBLISHED, now)
    assert ["days: the table is gone"] == find_breaches(PUBLISHED, {**PUBLISHED, "tables": {}})


def test_a_nullable_column_and_a_table_may_be_added() -> None:
    """Readers that do not know them go on working."""
    now = _changed("late_count", type="int64", is_nullable=True)
    now["tables"]["weeks"] = now["tables"]["days"]
    assert [] == find_breaches(PUBLISHED, now) + find_rewordings(PUBLISHED, now)


def test_a_higher_version_may_change_everything() -> None:
    """Who raises the version has said so, in every file and in the manifest."""
    now = {**_changed("new_count", type="double"), "schema_version": str(int(SCHEMA_VERSION) + 1)}
    assert [] == find_breaches(PUBLISHED, now)


def test_changed_words_are_taken_over_only_on_somebodys_word() -> None:
    """A meaning that reads otherwise is refused until somebody says that it is the same one, said better."""
    published = _changed("new_count", meaning="Those who came.")
    with pytest.raises(BrokenPromiseError, match=r"days\.new_count: meaning"):
        renew_promise(published, [DAYS])
    assert PUBLISHED == renew_promise(published, [DAYS], is_rewording=True)


def test_no_word_makes_a_breach_a_rewording() -> None:
    """A changed type is refused, whatever is said about words."""
    with pytest.raises(BrokenPromiseError, match="its type was double and is int64"):
        renew_promise(_changed("new_count", type="double"), [DAYS], is_rewording=True)

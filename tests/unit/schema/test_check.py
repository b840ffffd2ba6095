"""Every way of breaking a declaration is named; none is repaired."""

from datetime import date

import pyarrow as pa
import pytest

from tasks.schema.check import TableProblemsError, refuse_problems, spoiled_accounts, table_problems
from tasks.schema.column import Column
from tasks.schema.table import Identity, Table

NOT_READ = "Null when not read."
DAYS = Table(
    name="days",
    stage="report",
    meaning="Days of an invented account.",
    grain="One row per account and day.",
    key=("account_id", "report_date"),
    date_column="report_date",
    columns=(
        Column("account_id", "id", "The account."),
        Column("report_date", "date", "The day.", unit="UTC day"),
        Column("new_count", "int64", "New ones.", unit="accounts", minimum=0, null_rule=NOT_READ),
        Column("lost_count", "int64", "Lost ones.", unit="accounts", minimum=0, null_rule=NOT_READ),
        Column("followers_delta", "int64", "The change.", unit="accounts", null_rule=NOT_READ),
        Column("active_share", "float64", "A share.", unit="1", minimum=0, maximum=1, null_rule=NOT_READ),
        Column("state", "string", "A code.", values=("calm", "busy"), null_rule=NOT_READ),
    ),
    identities=(Identity("followers_delta", ("new_count",), ("lost_count",)),),
)
GOOD = {
    "account_id": ["1", "1"],
    "report_date": [date(2026, 7, 14), date(2026, 7, 15)],
    "new_count": [3, None],
    "lost_count": [1, None],
    "followers_delta": [2, 5],
    "active_share": [0.5, None],
    "state": ["calm", None],
}


def _rows(**changes: list[object]) -> pa.Table:
    return pa.table(GOOD | changes, schema=DAYS.schema)


def test_rows_as_declared_have_no_problem() -> None:
    """Nulls where the declaration allows them are no problem."""
    assert list(table_problems(DAYS, _rows())) == []


@pytest.mark.parametrize(
    ("problem", "changes"),
    [
        ("key ['account_id', 'report_date']: not unique, 1 rows too many", {"report_date": [date(2026, 7, 14)] * 2}),
        ("new_count: below 0", {"new_count": [-3, None], "followers_delta": [-4, 5]}),
        ("active_share: above 1", {"active_share": [1.5, None]}),
        ("active_share: 1 not a number or infinite", {"active_share": [float("nan"), None]}),
        ("state: not in the closed list: odd", {"state": ["odd", None]}),
        ("followers_delta = new_count - lost_count: does not hold in 1 rows", {"followers_delta": [7, 5]}),
    ],
)
def test_a_broken_promise_is_named(problem: str, changes: dict[str, list[object]]) -> None:
    """Each kind of broken promise gives the sentence that names it."""
    assert [problem] == list(table_problems(DAYS, _rows(**changes)))


def test_a_null_in_the_key_is_named() -> None:
    """A key column is never null."""
    rows = pa.table(GOOD | {"account_id": ["1", None]}).cast(pa.schema([f.with_nullable(True) for f in DAYS.schema]))
    rows = pa.Table.from_arrays(rows.columns, schema=DAYS.schema)
    assert list(table_problems(DAYS, rows)) == ["account_id: 1 null"]


def test_columns_that_are_missing_foreign_or_of_another_type_are_named() -> None:
    """The schema is the declared one, to the letter."""
    rows = _rows().drop_columns(["state"]).append_column("mood", pa.array(["a", "b"]))
    rows = rows.set_column(2, "new_count", pa.array([3.0, None]))
    assert list(table_problems(DAYS, rows)) == [
        "new_count: is double, not int64",
        "state: missing",
        "mood: not declared",
        "columns: not in the declared order",
    ]


def test_all_problems_are_reported_at_once() -> None:
    """The exception carries every problem, not the first."""
    with pytest.raises(TableProblemsError) as refusal:
        refuse_problems(DAYS, _rows(active_share=[1.5, None], state=["odd", None]))
    assert refusal.value.problems == ["active_share: above 1", "state: not in the closed list: odd"]


def test_accounts_whose_own_rows_are_wrong_are_told_apart() -> None:
    """Account 2 has a negative count; account 1 keeps the declaration, and with it alone nobody is spoiled."""
    good = pa.table(GOOD, schema=DAYS.schema)
    bad = pa.table({**GOOD, "account_id": ["2", "2"], "new_count": [-3, None], "lost_count": [-5, None]}, DAYS.schema)
    assert frozenset() == spoiled_accounts(DAYS, good)
    assert {"2"} == spoiled_accounts(DAYS, pa.concat_tables([good, bad]))

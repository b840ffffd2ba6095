"""Names of columns tell what they hold."""

import re

import pytest

from tasks.schema.catalog import ALL_TABLES, REPORT_TABLES
from tasks.schema.column import Column
from tasks.schema.table import Table

ALL_COLUMNS = sorted(
    {column.name: column for table in ALL_TABLES for column in table.columns}.values(), key=lambda c: c.name
)

UNIT_OF_SUFFIX = {
    "_share": "1",
    "_rate": "1",
    "_ratio": "1",
    "_score": "points",
    "_at": "UTC",
}
BOUNDS_OF_SUFFIX = {"_share": (0, 1), "_score": (0, 100), "_count": (0, None), "_rate": (0, None), "_ratio": (0, None)}
TYPE_OF_SUFFIX = {"_at": "timestamp", "_date": "date", "_reason": "string"}
BANNED_PREFIXES = ("n_", "num_", "avg_", "total_", "pct_")


def _ids(column: Column) -> str:
    return column.name


def _figure(column: Column) -> str:
    """The name without the end of an interval and the days looked back on, which stand last."""
    return re.sub(r"(_\d+d)?(_low|_high)?$", "", column.name)


@pytest.mark.parametrize("column", ALL_COLUMNS, ids=_ids)
def test_a_suffix_agrees_with_unit_bounds_and_type(column: Column) -> None:
    """What a name's ending promises, unit, bounds and type keep; also of the ends of its interval."""
    name = _figure(column)
    for suffix, unit in UNIT_OF_SUFFIX.items():
        if name.endswith(suffix):
            assert unit == column.unit
    for suffix, bounds in BOUNDS_OF_SUFFIX.items():
        if name.endswith(suffix):
            assert bounds == (column.minimum, column.maximum)
    for suffix, kind in TYPE_OF_SUFFIX.items():
        if name.endswith(suffix):
            assert kind == column.type


@pytest.mark.parametrize("column", ALL_COLUMNS, ids=_ids)
def test_the_end_of_an_interval_ends_the_name(column: Column) -> None:
    """So that a tool finds a figure, its lower and its upper end beside each other."""
    assert not re.search(r"(^|_)(low|high)_", column.name)


@pytest.mark.parametrize("table", REPORT_TABLES, ids=lambda table: table.name)
def test_the_ends_of_an_interval_are_measured_as_their_figure_is(table: Table) -> None:
    """A figure and both ends of its interval share type, unit and bounds."""
    for column in table.columns:
        figure = re.sub(r"_(low|high)$", "", column.name)
        if figure != column.name and figure in table.schema.names:
            same = table.column(figure)
            kept = ("type", "unit", "minimum", "maximum")
            assert [getattr(same, name) for name in kept] == [getattr(column, name) for name in kept]


@pytest.mark.parametrize("table", REPORT_TABLES, ids=lambda table: table.name)
def test_every_table_of_accounts_names_them(table: Table) -> None:
    """Whoever opens one table sees whose rows these are, without a join."""
    if "account_id" in table.schema.names:
        assert "handle" in table.schema.names


@pytest.mark.parametrize("column", ALL_COLUMNS, ids=_ids)
def test_truth_values_and_only_they_read_as_adjectives(column: Column) -> None:
    """A column begins with is_ or has_ exactly when it is true or false."""
    assert (column.type == "bool") == column.name.startswith(("is_", "has_"))


@pytest.mark.parametrize("column", ALL_COLUMNS, ids=_ids)
def test_every_column_says_what_it_means(column: Column) -> None:
    """A meaning is a sentence, a name carries no banned prefix, and a number has a unit."""
    assert column.meaning.endswith((".", "?"))
    assert column.meaning[0].isupper()
    assert not column.name.startswith(BANNED_PREFIXES)
    if column.type == "float64":
        assert column.unit


def test_a_column_is_declared_once() -> None:
    """Two tables that share a column's name share its declaration."""
    declared = {(column.name, column) for table in ALL_TABLES for column in table.columns}
    assert len(ALL_COLUMNS) == len(declared)

"""Names of columns tell what they hold."""

import pytest

from tasks.schema.catalog import ALL_TABLES
from tasks.schema.column import Column

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


@pytest.mark.parametrize("column", ALL_COLUMNS, ids=_ids)
def test_a_suffix_agrees_with_unit_bounds_and_type(column: Column) -> None:
    """What a name's ending promises, unit, bounds and type keep."""
    for suffix, unit in UNIT_OF_SUFFIX.items():
        if column.name.endswith(suffix):
            assert unit == column.unit
    for suffix, bounds in BOUNDS_OF_SUFFIX.items():
        if column.name.endswith(suffix):
            assert bounds == (column.minimum, column.maximum)
    for suffix, kind in TYPE_OF_SUFFIX.items():
        if column.name.endswith(suffix):
            assert kind == column.type


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

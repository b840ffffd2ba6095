"""Checks a table against its declaration: every problem is reported, none is repaired."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from tasks.schema.column import Column
from tasks.schema.table import Identity, Table

IDENTITY_TOLERANCE = 1e-9
"""How far, relative to the total, the two sides of an identity between floats may differ."""


class TableProblemsError(ValueError):
    """A table does not hold what its declaration promises; nothing was written."""

    def __init__(self, table: Table, problems: list[str]) -> None:
        """Keep the table's name and every problem."""
        super().__init__(f"{table.name}: {'; '.join(problems)}")
        self.problems = problems


def refuse_problems(table: Table, rows: pa.Table) -> None:
    """Raise `TableProblemsError` naming every way in which the rows break the declaration."""
    if problems := list(table_problems(table, rows)):
        raise TableProblemsError(table, problems)


def spoiled_accounts(table: Table, rows: pa.Table) -> frozenset[str]:
    """The accounts whose own rows break the declaration; nobody where the rows keep it, or break it together alone."""
    if next(table_problems(table, rows), None) is None:
        return frozenset()
    accounts = pc.unique(rows["account_id"].drop_null()).to_pylist()
    own = ((account, rows.filter(pc.equal(rows["account_id"], account))) for account in accounts)
    return frozenset(account for account, its in own if next(table_problems(table, its), None) is not None)


def table_problems(table: Table, rows: pa.Table) -> Iterator[str]:
    """Every way in which the rows break the declaration of their table."""
    if not rows.schema.equals(table.schema):
        yield from _schema_problems(table, rows)
        return
    for column in table.columns:
        values = rows[column.name]
        yield from _null_problems(table, column, values)
        if values.null_count < len(values):
            yield from _bound_problems(column, values)
            yield from _code_problems(column, values)
    yield from _key_problems(table, rows)
    for identity in table.identities:
        yield from _identity_problems(identity, rows)


def _schema_problems(table: Table, rows: pa.Table) -> Iterator[str]:
    for field in table.schema:
        if field.name not in rows.column_names:
            yield f"{field.name}: missing"
        elif rows.schema.field(field.name).type != field.type:
            yield f"{field.name}: is {rows.schema.field(field.name).type}, not {field.type}"
    for name in rows.column_names:
        if name not in table.schema.names:
            yield f"{name}: not declared"
    if rows.column_names != table.schema.names:
        yield "columns: not in the declared order"


def _null_problems(table: Table, column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    if values.null_count and not table.is_nullable(column):
        yield f"{column.name}: {values.null_count} null"
    if column.type == "float64" and values.null_count < len(values):
        finite = pc.sum(pc.invert(pc.is_finite(values))).as_py() or 0
        if finite:
            yield f"{column.name}: {finite} not a number or infinite"


def _bound_problems(column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    if column.minimum is not None and pc.any(pc.less(values, column.minimum)).as_py():
        yield f"{column.name}: below {column.minimum:g}"
    if column.maximum is not None and pc.any(pc.greater(values, column.maximum)).as_py():
        yield f"{column.name}: above {column.maximum:g}"


def _code_problems(column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    if not column.values:
        return
    known = pc.is_in(values, value_set=pa.array(column.values), skip_nulls=False)
    strange = pc.unique(values.filter(pc.and_(pc.invert(known), pc.is_valid(values))))
    if len(strange):
        yield f"{column.name}: not in the closed list: {', '.join(map(str, strange.to_pylist()))}"


def _key_problems(table: Table, rows: pa.Table) -> Iterator[str]:
    distinct = rows.select(list(table.key)).group_by(list(table.key)).aggregate([])
    if distinct.num_rows != rows.num_rows:
        repeats = rows.num_rows - distinct.num_rows
        yield f"key {list(table.key)}: not unique, {repeats} rows too many"


def _identity_problems(identity: Identity, rows: pa.Table) -> Iterator[str]:
    total = rows[identity.total]
    side = rows[identity.plus[0]]
    for name in identity.plus[1:]:
        side = pc.add(side, rows[name])
    for name in identity.minus:
        side = pc.subtract(side, rows[name])
    gap = pc.abs(pc.subtract(total, side))
    allowed = pc.multiply(pc.abs(total).cast(pa.float64()), IDENTITY_TOLERANCE)
    broken = pc.sum(pc.greater(gap.cast(pa.float64()), allowed)).as_py() or 0
    if broken:
        yield f"{identity}: does not hold in {broken} rows"

"""The data dictionary, made from the declarations: as rows for BI tools, and as a page for people."""

from collections.abc import Iterable, Iterator

import pandas as pd

from tasks.schema.column import Column
from tasks.schema.columns.groups import group_of
from tasks.schema.renames import RENAMED_CODES, RENAMED_COLUMNS, REPLACED_COLUMNS
from tasks.schema.table import SCHEMA_VERSION, Table

HEADING = """# Data dictionary

Made from `tasks/schema/` by `make dictionary`; a test fails when it is not current.
Schema version {version}.
Columns are only ever added, and an added column may be null; none changes its type or meaning.

- `raw/`: what X answered and what was imported, as it came.
- `staged/`: what was observed, typed and keyed; everything further right is derived from this and from `config/`.
- `reports/<table>/dt=YYYY-MM-DD/`: what people read, by day; `reports/latest/`: each report table as one flat file.

Null means unknown and is never written as 0.
A share or rate is a part of one, never a percentage; a score has 0 to 100 points; times are UTC.
"""


def columns_table(tables: Iterable[Table]) -> pd.DataFrame:
    """The data dictionary as rows: one per table and column, in the order of the declarations."""
    rows = [_row(table, column, position) for table in tables for position, column in enumerate(table.columns)]
    return pd.DataFrame(rows)


def _row(table: Table, column: Column, position: int) -> dict[str, object]:
    return {
        "table_name": table.name,
        "column_name": column.name,
        "column_position": position,
        "column_group": group_of(column),
        "column_type": str(table.schema.field(column.name).type),
        "is_key": column.name in table.key,
        "meaning": column.meaning,
        "unit": column.unit or None,
        "formula": column.formula or None,
        "fact_source": column.source or None,
        "null_rule": column.null_rule or None if table.is_nullable(column) else None,
        "allowed_values": ", ".join(column.values) or None,
        "table_grain": table.grain,
    }


def dictionary_page(tables: Iterable[Table]) -> str:
    """The data dictionary as Markdown, one section per table."""
    sections = ("\n".join(_section(table)) for table in tables)
    return HEADING.format(version=SCHEMA_VERSION) + "\n" + "\n\n".join([*sections, "\n".join(_renames())]) + "\n"


def _renames() -> Iterator[str]:
    yield "## From schema version 1 to 2\n"
    yield "Rows of account and follower now carry `handle`, `columns` tells a `column_group`; all other names stayed.\n"
    yield "| table | version 1 | version 2 |\n|---|---|---|"
    for table, renamed in RENAMED_COLUMNS.items():
        yield from (f"| `{table}` | `{old}` | `{new}` |" for old, new in renamed.items())
    for table, replaced in REPLACED_COLUMNS.items():
        yield from (f"| `{table}` | `{old}` | gone: `{formula}` |" for old, formula in replaced.items())
    for old, new in RENAMED_CODES.items():
        yield f"| every `verdict`, `explanation` | the code `{old}` | the code `{new}` |"


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.stage} `{table.name}`\n"
    yield f"{table.meaning}\n{table.grain}\nKey: {', '.join(f'`{name}`' for name in table.key)}.\n"
    for identity in table.identities:
        yield f"Holds in every row: `{identity}`.\n"
    yield "| column | type | unit | meaning | null |\n|---|---|---|---|---|"
    for column in table.columns:
        yield _line(table, column)


def _line(table: Table, column: Column) -> str:
    said = [column.meaning]
    if column.formula:
        said.append(f"`{column.formula}`.")
    if column.values:  # noqa: PD011 - the closed list of a column, not the values of a frame
        said.append(f"One of: {', '.join(column.values)}.")
    if column.source:
        said.append(f"Source: {column.source}.")
    null_rule = column.null_rule if table.is_nullable(column) else "never"
    kind = str(table.schema.field(column.name).type)
    cells = (f"`{column.name}`", kind, column.unit, " ".join(said), null_rule)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

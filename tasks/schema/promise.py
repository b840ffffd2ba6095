"""What has been promised to everybody who reads the reports, and whether the declared tables still keep it.

The promise lies in `data/schema.json`, one line per column.
A reader written against it must go on working: columns and tables may be added, and an added column may be null.
Everything else needs a higher `SCHEMA_VERSION`; where only the wording of a meaning changed, the words are taken over.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from tasks.schema.column import Column
from tasks.schema.table import SCHEMA_VERSION, Table

Promise: TypeAlias = Mapping[str, Any]
"""`schema_version`, and under `tables` by name: grain, key, and the columns by name."""

WORDS = ("meaning", "formula", "source", "null_rule")
"""What is said of a column in words: it may be said better, but must not come to mean something else."""


class BrokenPromiseError(ValueError):
    """The declared tables break what was published, and the schema version was not raised."""

    def __init__(self, breaches: Collection[str]) -> None:
        """Keep every breach."""
        super().__init__(f"published columns changed without a higher schema version: {'; '.join(breaches)}")
        self.breaches = list(breaches)


def promise(tables: Collection[Table]) -> Promise:
    """What the tables promise now."""
    return {"schema_version": SCHEMA_VERSION, "tables": {table.name: _of_table(table) for table in tables}}


def _of_table(table: Table) -> dict[str, Any]:
    columns = {column.name: _of_column(table, column) for column in table.columns}
    return {"grain": table.grain, "key": list(table.key), "columns": columns}


def _of_column(table: Table, column: Column) -> dict[str, Any]:
    said = {"type": str(column.arrow_type(table.stage)), "is_nullable": table.is_nullable(column)}
    return said | column.notes()


def find_breaches(published: Promise, now: Promise) -> list[str]:
    """Every way in which the tables break what was published, but for words; none under a higher schema version."""
    if int(now["schema_version"]) > int(published["schema_version"]):
        return []
    return [breach for name in published["tables"] for breach in _table_breaches(name, published, now)]


def find_rewordings(published: Promise, now: Promise) -> list[str]:
    """Columns of which something else is said than was published: each is the same thing said better, or a breach."""
    return [
        f"{table}.{name}: {key}"
        for table, old in published["tables"].items()
        for name, column in old["columns"].items()
        for key in WORDS
        if _said(now, table, name, key) != column.get(key)
    ]


def _said(now: Promise, table: str, name: str, key: str) -> Any:  # noqa: ANN401 - text, or null where nothing is said
    return now["tables"].get(table, {"columns": {}})["columns"].get(name, {}).get(key)


def _table_breaches(name: str, published: Promise, now: Promise) -> Iterator[str]:
    old, new = published["tables"][name], now["tables"].get(name)
    if new is None:
        yield f"{name}: the table is gone"
        return
    for key in ("grain", "key"):
        if old[key] != new[key]:
            yield f"{name}: its {key} was {old[key]} and is {new[key]}"
    for column, said in old["columns"].items():
        yield from _column_breaches(f"{name}.{column}", said, new["columns"].get(column))
    for column, said in new["columns"].items():
        if column not in old["columns"] and not said["is_nullable"]:
            yield f"{name}.{column}: was added and is never null, which no older file can keep"


def _column_breaches(name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    if new is None:
        yield f"{name}: is gone"
        return
    for key in ("type", "unit", "minimum", "maximum"):
        if old.get(key) != new.get(key):
            yield f"{name}: its {key} was {old.get(key)} and is {new.get(key)}"
    if new["is_nullable"] and not old["is_nullable"]:
        yield f"{name}: was never null and now may be"
    lost = set(_codes(old)) - set(_codes(new))
    if lost:
        yield f"{name}: no longer takes {', '.join(sorted(lost))}"


def _codes(column: Mapping[str, Any]) -> list[str]:
    return [code for code in column.get("values", "").split(", ") if code]


def renew_promise(published: Promise | None, tables: Collection[Table], *, is_rewording: bool = False) -> Promise:
    """The promise of the tables as they are declared now, where it keeps what was published.

    Else `BrokenPromiseError`. Changed words are taken over only where the caller says that they mean the same.
    """
    now = promise(tables)
    if published is None:
        return now
    broken = find_breaches(published, now)
    if not is_rewording and now["schema_version"] == published["schema_version"]:
        broken += find_rewordings(published, now)
    if broken:
        raise BrokenPromiseError(broken)
    return now


def promise_text(promised: Promise) -> str:
    """The promise as JSON, one line per column, so that a change is seen as a changed line."""
    tables = ",\n".join(_table_text(name, table) for name, table in promised["tables"].items())
    return f'{{\n"schema_version": "{promised["schema_version"]}",\n"tables": {{\n{tables}\n}}\n}}\n'


def _table_text(name: str, table: Mapping[str, Any]) -> str:
    columns = ",\n".join(f"    {json.dumps(column)}: {json.dumps(said)}" for column, said in table["columns"].items())
    about = f'"grain": {json.dumps(table["grain"])}, "key": {json.dumps(table["key"])}'
    return f'  {json.dumps(name)}: {{{about}, "columns": {{\n{columns}\n  }}}}'

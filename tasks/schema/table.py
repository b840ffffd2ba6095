"""What a table is: its grain, its key, its order and its columns."""

import json
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from tasks.schema.column import Column, Stage

SCHEMA_VERSION = "2"
"""Version of what `data/schema.json` promises: raised by every change but an added column that may be null."""


@dataclass(frozen=True)
class Identity:
    """An accounting identity: `total` = the sum of `plus` - the sum of `minus`.

    It is checked in every row where none of the columns is null.
    """

    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The identity as people write it."""
        terms = " + ".join(self.plus) + "".join(f" - {name}" for name in self.minus)
        return f"{self.total} = {terms}"


@dataclass(frozen=True)
class Table:
    """One table, declared: everything else about it is derived from this.

    `date_column` names the day by which a table is partitioned; a table without one has no history.
    Rows are sorted by `key` unless `order` says otherwise.
    """

    name: str
    stage: Stage
    meaning: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    date_column: str | None = None
    order: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()

    @property
    def sort_order(self) -> tuple[str, ...]:
        """The columns by which the rows of every file are sorted."""
        return self.order or self.key

    @property
    def day_column(self) -> str:
        """The name of the day by which the table is partitioned; ValueError where it has none."""
        if self.date_column is None:
            message = f"{self.name} has no day, so it is written as one file"
            raise ValueError(message)
        return self.date_column

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where the table has none."""
        return self._by_name[name]

    def is_nullable(self, column: Column) -> bool:
        """Whether the column may be null in this table: a key column never is."""
        return column.is_nullable and column.name not in self.key

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the data dictionary in the metadata of fields and table."""
        fields = [
            pa.field(
                column.name,
                column.arrow_type(self.stage),
                nullable=self.is_nullable(column),
                metadata=column.notes(),
            )
            for column in self.columns
        ]
        words = json.dumps({column.name: column.notes() for column in self.columns})
        return pa.schema(fields, metadata=self._notes() | {"fields": words})

    @cached_property
    def short_schema(self) -> pa.Schema:
        """The same without the words on each column, which are longer than a day's rows."""
        return pa.schema([field.remove_metadata() for field in self.schema], metadata=self._notes())

    def _notes(self) -> dict[str, str]:
        return {
            "table": self.name,
            "schema_version": SCHEMA_VERSION,
            "meaning": self.meaning,
            "grain": self.grain,
            "key": json.dumps(self.key),
        }

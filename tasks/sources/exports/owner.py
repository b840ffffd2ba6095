"""Whose export it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tasks.schema.frames import arrow, frame
from tasks.schema.table import Table


@dataclass(frozen=True)
class Owner:
    """The account that the export is about; exports themselves do not say."""

    account_id: str
    handle: str


def staged(table: Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows as a frame of the staged table; what a row does not state is null."""
    return frame(arrow(table, pd.DataFrame(rows, columns=table.schema.names)))


def staged_columns(table: Table, columns: Mapping[str, object]) -> pd.DataFrame:
    """The columns as a frame of the staged table; a single value holds for every row, a column not given is null."""
    given = pd.DataFrame(dict(columns))
    return frame(arrow(table, given.reindex(columns=table.schema.names)))

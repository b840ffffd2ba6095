"""Rows put aside on disk, so that a list of any length can be checked as a whole before any of it is written."""

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


class Shelves:
    """Numbered shelves of tables, in one temporary file without a name: it is gone with the process, however that ends.

    People's data stand in it.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self._file = tempfile.TemporaryFile(prefix="vanity-gap-")  # noqa: SIM115 - closed when nobody reads any more
        self._places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        weakref.finalize(self, self._file.close)

    def put(self, rows: pa.Table, shelf: int = 0) -> None:
        """Put the rows behind those that are on the shelf."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema, options=PACKED) as stream:
            stream.write_table(rows)
        start = self._file.seek(0, 2)
        self._places[shelf].append((start, self._file.write(sink.getvalue())))

    def tables(self, shelf: int = 0) -> Iterator[pa.Table]:
        """What was put on the shelf, one after the other."""
        for start, size in self._places[shelf]:
            self._file.seek(start)
            yield pa.ipc.open_stream(self._file.read(size)).read_all()


def groups(tables: Iterable[pa.Table], rows_count: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many each, the last with what is left; one without a row where there are none."""
    held, is_given = None, False
    for table in tables:
        held = table if held is None else pa.concat_tables([held, table])
        while held.num_rows >= rows_count:
            yield held.slice(0, rows_count).combine_chunks()
            held, is_given = held.slice(rows_count), True
    if held is not None and (held.num_rows or not is_given):
        yield held.combine_chunks()


def sorted_groups(shelves: Shelves, order: NDArray[np.int64], rows_count: int) -> Iterator[pa.Table]:
    """The rows of shelf 0 sorted by `order`, which has one value a row, in tables of so many each.

    Memory holds the order, and one such table.
    """
    if (order[1:] >= order[:-1]).all():
        yield from groups(shelves.tables(), rows_count)
        return
    place = np.empty(len(order), dtype=np.int64)
    place[np.argsort(order, kind="stable")] = np.arange(len(order))
    sorted_shelves, first = Shelves(), 0
    for table in shelves.tables():
        places = place[first : first + table.num_rows]
        first += table.num_rows
        placed = table.append_column(PLACE, pa.array(places))
        for shelf in np.unique(places // rows_count).tolist():
            sorted_shelves.put(placed.filter(pa.array(places // rows_count == shelf)), shelf)
    for shelf in range(-(-len(order) // rows_count)):
        yield pa.concat_tables(sorted_shelves.tables(shelf)).sort_by(PLACE).drop_columns(PLACE).combine_chunks()


PLACE = " place"
"""No column's name."""

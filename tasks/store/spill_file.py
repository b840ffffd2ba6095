"""Rows put aside on disk, so that a list of any length can be checked as a whole before any of it is written."""

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")
_PLACE = " place"
"""No column's name."""


class SpillFile:
    """Numbered parts of tables, in one temporary file without a name: it is gone with the process, however that ends.

    People's data stand in it.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self._file = tempfile.TemporaryFile(prefix="vanity-gap-")  # noqa: SIM115 - closed when nobody reads any more
        self._places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        weakref.finalize(self, self._file.close)

    def append(self, rows: pa.Table, part: int = 0) -> None:
        """Put the rows behind those that the part holds."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema, options=_PACKED) as stream:
            stream.write_table(rows)
        start = self._file.seek(0, 2)
        self._places[part].append((start, self._file.write(sink.getvalue())))

    def tables(self, part: int = 0) -> Iterator[pa.Table]:
        """What was appended to the part, one after the other."""
        for start, size in self._places[part]:
            self._file.seek(start)
            yield pa.ipc.open_stream(self._file.read(size)).read_all()


def regroup(tables: Iterable[pa.Table], rows_count: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many each, the last with what is left; one without a row where there are none."""
    held, is_given = None, False
    for table in tables:
        held = table if held is None else pa.concat_tables([held, table])
        while held.num_rows >= rows_count:
            yield held.slice(0, rows_count).combine_chunks()
            held, is_given = held.slice(rows_count), True
    if held is not None and (held.num_rows or not is_given):
        yield held.combine_chunks()


def sort_rows(spill: SpillFile, order: NDArray[np.int64], rows_count: int) -> Iterator[pa.Table]:
    """The rows of part 0 sorted by `order`, which has one value a row, in tables of so many each.

    Memory holds the order, and one such table.
    """
    if (order[1:] >= order[:-1]).all():
        yield from regroup(spill.tables(), rows_count)
        return
    place = np.empty(len(order), dtype=np.int64)
    place[np.argsort(order, kind="stable")] = np.arange(len(order))
    sorted_parts, first = SpillFile(), 0
    for table in spill.tables():
        places = place[first : first + table.num_rows]
        first += table.num_rows
        placed = table.append_column(_PLACE, pa.array(places))
        for part in np.unique(places // rows_count).tolist():
            sorted_parts.append(placed.filter(pa.array(places // rows_count == part)), part)
    for part in range(-(-len(order) // rows_count)):
        yield pa.concat_tables(sorted_parts.tables(part)).sort_by(_PLACE).drop_columns(_PLACE).combine_chunks()

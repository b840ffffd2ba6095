"""Staged rows account by account, in bounded memory: sorted files are read side by side, a row group at a time."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import parquet

from tasks.store.parquet import UnreadableFileError
from tasks.store.root import DataRoot

_KEY = "account_id"
_PART_BY = "first_seen_date"
"""The day by which the rows of an account are sorted in every file."""
_DECODED = 65_536
"""Rows that are decoded at once; more of them would stand packed and plain side by side."""
_DECODED_AHEAD = 4
"""Of so many files the next rows are decoded while others are put together; of more, those that wait are enough."""
_UNKNOWN = 2
"""A truth value that is null."""
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class AccountRows:
    """All rows of some accounts: `account` numbers the sorted `accounts`, the columns are plain arrays.

    An integer with nulls is float64 with NaN, a time datetime64[us] with NaT, a date datetime64[D],
    a truth value int8: 1, 0, or 2 for null.
    """

    accounts: NDArray[np.object_]
    account: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class AccountQuery:
    """Which columns are read, about how many rows at a time, and the ids under which some accounts stand instead.

    An account of more rows than `part` is given in parts, one after the other and alone, in the order of `_PART_BY`,
    which has to be among the columns then; without it every account is given whole.
    `coarse` numbers are given as float32 with NaN for null.
    """

    columns: Sequence[str]
    rows: int = 163_840
    ids: Mapping[str, str] = field(default_factory=dict)
    part: int | None = None
    coarse: Sequence[str] = ()


def merge_by_account(root: DataRoot, files: Sequence[str], query: AccountQuery) -> Iterator[AccountRows]:
    """The rows of all files, each account whole and once, in the order of account ids.

    Memory holds a row group of each file and the rows of the accounts that are not yet whole.
    `UnreadableFileError` where a file is damaged or not sorted by account.
    """
    runs = [run for path in files for run in _runs(root, path, query)]
    if len(runs) <= _DECODED_AHEAD:
        for run in runs:
            run.batches = read_ahead(run.batches)
    whole: list[pa.Table] = []
    parted = ""
    while reading := [run for run in runs if not run.is_done]:
        bound = min(run.last for run in reading)
        if parted and bound > parted:
            yield from _given([part for run in runs for part in run.before(_after(parted))], query)
            parted = ""
        whole += [part for run in runs for part in run.before(bound)]
        if sum(part.num_rows for part in whole) >= query.rows:
            yield _plain_rows(whole, query)
        if query.part and (part := _part(runs, bound, query.part)):
            yield from _given(whole, query)
            yield _plain_rows(part, query)
            parted = bound
        for run in reading:
            if run.last == bound:
                run.read()
    if parted:
        yield from _given([part for run in runs for part in run.before(_after(parted))], query)
    whole += [part for run in runs for part in run.held]
    yield from _given(whole, query)


def _given(rows: list[pa.Table], query: AccountQuery) -> Iterator[AccountRows]:
    if rows:
        yield _plain_rows(rows, query)


def _after(name: str) -> str:
    """The first name that is sorted after it."""
    return f"{name}\0"


def _part(runs: Sequence["_Run"], account: str, least: int) -> list[pa.Table]:
    """Rows of the account that no file can hold anything before; none where fewer than so many are held."""
    holding = sorted((run for run in runs if run.first == account), key=lambda run: run.day)
    if sum(part.num_rows for run in holding for part in run.held) < least:
        return []
    until = holding[1].day if len(holding) > 1 else None
    return holding[0].earlier(account, until)


def read_ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items; while one is worked on, the next is read in a thread of its own."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield item
            del item


class _Run:
    """Batches sorted by account; `held` was read and not yet given, `last` is the account with which it ends."""

    def __init__(self, path: str, batches: Iterator[pa.RecordBatch]) -> None:
        self.path, self.batches = path, batches
        self.held: list[pa.Table] = []
        self.last = ""
        self.is_done = False
        self.read()

    def read(self) -> None:
        """Take the next batch that is not empty."""
        try:
            batch = next((batch for batch in self.batches if batch.num_rows), None)
        except (pa.ArrowException, OSError) as damage:
            message = f"{self.path} cannot be read: {damage}"
            raise UnreadableFileError(message) from damage
        if batch is None:
            self.is_done = True
            return
        accounts = batch.column(_KEY).dictionary.to_pylist()
        codes = batch.column(_KEY).indices.to_numpy()
        steps = codes[np.flatnonzero(np.diff(codes, prepend=-1))]
        names = [self.last, *(accounts[code] for code in steps)]
        if names != sorted(names):
            message = f"{self.path} is not sorted by account; stage it again"
            raise UnreadableFileError(message)
        self.held.append(pa.Table.from_batches([batch]))
        self.last = names[-1]

    @property
    def first(self) -> str | None:
        """The account of the first row held."""
        if not self.held:
            return None
        key = self.held[0].column(_KEY).chunk(0)
        return str(key.dictionary[key.indices[0].as_py()].as_py())

    @property
    def day(self) -> np.datetime64:
        """The day of the first row held."""
        return np.datetime64(self.held[0].column(_PART_BY)[0].as_py(), "D")

    def earlier(self, account: str, until: np.datetime64 | None) -> list[pa.Table]:
        """The rows held of the account, which comes first, that are of days before that one; they are given once."""
        mine = self.before(_after(account))
        if until is None:
            return mine
        rest = []
        for place, part in enumerate(mine):
            days = part.column(_PART_BY).to_numpy().astype("datetime64[D]")
            rows = int(np.searchsorted(days, until))
            if rows < len(days):
                rest = [part.slice(rows), *mine[place + 1 :]]
                mine = [*mine[:place], *([part.slice(0, rows)] if rows else [])]
                break
        self.held[:0] = rest
        return mine

    def before(self, bound: str) -> list[pa.Table]:
        """The rows held of accounts before the bound; they are given once."""
        given = []
        while self.held and (rows := _rows_before(self.held[0], bound)):
            given.append(self.held[0].slice(0, rows))
            rest = self.held[0].slice(rows)
            self.held[:1] = [rest] if rest.num_rows else []
            if rest.num_rows:
                break
        return given


def _rows_before(rows: pa.Table, bound: str) -> int:
    column = rows.column(_KEY).chunk(0)
    is_before = np.array([name < bound for name in column.dictionary.to_pylist()], dtype=bool)
    return int(np.count_nonzero(is_before[column.indices.to_numpy()]))


def _runs(root: DataRoot, path: str, query: AccountQuery) -> Iterator[_Run]:
    """The rows of a file, and apart from them those of each account that stands under another id."""
    names = [_KEY, *query.columns]
    try:
        file = parquet.ParquetFile(
            root.filesystem.open_input_file(path), read_dictionary=[_KEY], page_checksum_verification=True
        )
    except (pa.ArrowException, OSError) as damage:
        message = f"{path} cannot be read: {damage}"
        raise UnreadableFileError(message) from damage
    batches = _batches(file, names, min(query.rows, _DECODED))
    other = _named(file, query.ids)
    if not other:
        yield _Run(path, batches)
        return
    strangers = pa.array(sorted(other))
    yield _Run(path, (batch.filter(pc.invert(_is_in(batch, strangers))) for batch in batches))
    for stranger in sorted(other):
        only = pa.array([stranger])
        found = _batches(file, names, min(query.rows, _DECODED))
        yield _Run(path, (_renamed(batch.filter(_is_in(batch, only)), query.ids[stranger]) for batch in found))


def _batches(file: parquet.ParquetFile, names: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
    # One reader over all groups keeps the packed bytes of all of them until its end.
    for group in range(file.num_row_groups):
        yield from file.iter_batches(rows, row_groups=[group], columns=names)


def _named(file: parquet.ParquetFile, ids: Mapping[str, str]) -> set[str]:
    """Which of the ids stand in the file; files whose statistics rule them out are not read."""
    if not ids:
        return set()
    column = file.schema_arrow.get_field_index(_KEY)
    groups = [file.metadata.row_group(number).column(column).statistics for number in range(file.num_row_groups)]
    if all(one and one.has_min_max and one.max < min(ids) for one in groups):
        return set()
    found = {name for batch in _batches(file, [_KEY], 2**18) for name in batch.column(_KEY).dictionary.to_pylist()}
    return found & set(ids)


def _is_in(batch: pa.RecordBatch, names: pa.Array) -> pa.Array:
    return pc.is_in(batch.column(_KEY).cast(pa.string()), names)


def _renamed(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    account = pa.array(np.zeros(batch.num_rows, dtype=np.int32))
    renamed = pa.DictionaryArray.from_arrays(account, pa.array([name]))
    place = batch.schema.get_field_index(_KEY)
    return batch.set_column(place, batch.schema.field(place), renamed)


def _plain_rows(parts: list[pa.Table], query: AccountQuery) -> AccountRows:
    """The parts as plain arrays; the list is emptied, so that its memory is free."""
    rows = pa.concat_tables(parts).unify_dictionaries()
    parts.clear()
    keys = rows.column(_KEY).chunks
    codes = np.concatenate([key.indices.to_numpy() for key in keys])
    names = np.array(keys[0].dictionary.to_pylist(), dtype=object)
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    used = used[np.argsort(names[used])]
    number = np.empty(len(names), dtype=np.int64)
    number[used] = np.arange(len(used))
    account, columns = number[codes], {}
    for name in [name for name in rows.column_names if name != _KEY]:
        kind = np.dtype(np.float32) if name in query.coarse else None
        columns[name] = _end_to_end(rows.column(name), kind)
        # Packed and plain values of all columns side by side would double the peak.
        rows = rows.drop_columns(name)
    return AccountRows(names[used], account, columns)


def _end_to_end(values: pa.ChunkedArray, kind: np.dtype[np.float32] | None) -> NDArray[Any]:
    """The chunks as one array, of that kind where it is given: each value is read and written once."""
    return np.concatenate([_plain(chunk) for chunk in values.chunks], dtype=kind, casting="unsafe")


def _plain(values: pa.Array) -> NDArray[Any]:
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
        values = values.fill_null(_UNKNOWN) if values.null_count else values
    return np.asarray(values.to_numpy(zero_copy_only=False))

"""Parquet that another program wrote: read within bounds, a piece at a time, and never trusted."""

import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any, BinaryIO, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.schema.identity import FieldKind, field_kind
from tasks.store.parquet import UnreadableFileError
from tasks.store.people import People, is_record_about, text_without, without_people

Record: TypeAlias = dict[str, Any]

_MAGIC = b"PAR1"
"""The first four bytes of every Parquet file (Apache Parquet format, "File format")."""
_MOST_ROWS = 20_000_000
_MOST_BYTES = 4 * 1024**3
"""More than any follower list holds, unpacked: a file that says more of itself is not read."""
_ROWS = 131_072
"""Rows that are held at once."""
_READ_AHEAD = 2**20
"""Packed bytes of a column that are read at once; row groups of other programs may be as large as the file."""
_DAMAGED = "the Parquet is damaged; save it again"


def is_parquet(content: bytes) -> bool:
    """Whether the bytes begin as Parquet does."""
    return content.startswith(_MAGIC)


def foreign_names(file: BinaryIO) -> list[str]:
    """The names of the columns; `UnreadableFileError` when the file is damaged."""
    opened = _opened(file)
    try:
        return [str(name) for name in opened.schema_arrow.names]
    except (pa.ArrowException, OSError, ValueError) as damage:
        raise UnreadableFileError(_DAMAGED) from damage


def foreign_pieces(file: BinaryIO, columns: Sequence[str]) -> Iterator[pa.Table]:
    """These columns of the file in the types it has, some rows at a time.

    `UnreadableFileError` when it is damaged or too large.
    """
    opened = _opened(file)
    groups = range(opened.num_row_groups)
    unpacked = sum(opened.metadata.row_group(group).total_byte_size for group in groups)
    if opened.metadata.num_rows > _MOST_ROWS or unpacked > _MOST_BYTES:
        message = f"the file holds {opened.metadata.num_rows} rows, more than can be read; give a part of it"
        raise UnreadableFileError(message)
    try:
        for group in groups:
            for batch in opened.iter_batches(_ROWS, row_groups=[group], columns=list(columns)):
                # Text that is not UTF-8 would be found only where a value is looked at.
                batch.validate(full=True)
                yield _computable(pa.Table.from_batches([batch]))
    except (pa.ArrowException, OSError, ValueError) as damage:
        raise UnreadableFileError(_DAMAGED) from damage


def _computable(rows: pa.Table) -> pa.Table:
    """The rows with numbers of 16 bits, with which Arrow does not compute, as such of 64."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_float16(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.float64()))
    return rows


def _opened(file: BinaryIO) -> parquet.ParquetFile:
    try:
        file.seek(0)
        return parquet.ParquetFile(file, pre_buffer=False, buffer_size=_READ_AHEAD)
    except (pa.ArrowException, OSError, ValueError) as damage:
        raise UnreadableFileError(_DAMAGED) from damage


def write_parquet_without(file: BinaryIO, people: People, sink: IO[bytes], taken: Callable[[Record], None]) -> None:
    """Write the file without the records about these people; `taken` is told each. The same bytes where there are none.

    What another program noted beside the columns goes, and so does every dictionary, which may hold more than its rows.
    """
    named = _named_in(file, people)
    schema = _opened(file).schema_arrow
    titles = [text_without(name, people) or f"column {place}" for place, name in enumerate(schema.names)]
    if not named and titles == schema.names and not _notes_name(schema, people):
        file.seek(0)
        shutil.copyfileobj(file, sink)
        return
    plain = pa.schema([pa.field(title, _plain_type(field.type)) for title, field in zip(titles, schema, strict=True)])
    with parquet.ParquetWriter(sink, plain, store_schema=False) as writer:
        for number, rows in enumerate(foreign_pieces(file, schema.names)):
            left = _rows_without(rows, people, taken) if number in named else rows
            writer.write_table(_plain_rows(left, plain))


def _named_in(file: BinaryIO, people: People) -> set[int]:
    """The numbers of the pieces in which somebody is named."""
    pieces = foreign_pieces(file, foreign_names(file))
    return {number for number, rows in enumerate(pieces) if _names_somebody(rows, people)}


def _names_somebody(rows: pa.Table, people: People) -> bool:
    columns = [(name, rows[name]) for name in rows.schema.names if not _is_silent(name, rows[name].type)]
    return any(_value_names(value, people, field_kind(name)) for name, column in columns for value in _distinct(column))


def _is_silent(name: str, kind: pa.DataType) -> bool:
    """Whether no value of the column can name anybody; floats are counts but under the title of an id."""
    if pa.types.is_floating(kind):
        return field_kind(name) not in {"about", "mention"}
    return bool(pa.types.is_boolean(kind) or pa.types.is_temporal(kind) or pa.types.is_null(kind))


def _distinct(column: pa.ChunkedArray) -> list[Any]:
    try:
        return list(pc.unique(column).to_pylist())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return list(column.to_pylist())


def _value_names(value: Any, people: People, kind: FieldKind) -> bool:  # noqa: ANN401 - whatever a column holds
    """Whether a value may name somebody; more may than do."""
    if isinstance(value, list | tuple):
        return any(_value_names(one, people, kind) for one in value)
    if isinstance(value, dict):
        return any(_value_names(one, people, "profile") for one in value.values())
    said = _said(value)
    if isinstance(said, str):
        may_be_handle = kind in {"handle", "profile"} and people.is_handle(said)
        return may_be_handle or people.is_id(said) or text_without(said, people) != said
    return said is not None and people.is_id(said)


def _notes_name(schema: pa.Schema, people: People) -> bool:
    """Whether what another program noted beside the columns names somebody."""
    notes = [schema.metadata, *(field.metadata for field in schema)]
    texts = [text.decode(errors="replace") for note in notes for pair in (note or {}).items() for text in pair]
    return any(text_without(text, people) != text or people.is_id(text) or people.is_handle(text) for text in texts)


def _rows_without(rows: pa.Table, people: People, taken: Callable[[Record], None]) -> pa.Table:
    kept = []
    for record in rows.to_pylist():
        said = {name: _said(value) for name, value in record.items()}
        if is_record_about(said, people):
            taken(record)
        else:
            kept.append({name: _value_without(value, name, people) for name, value in record.items()})
    return pa.Table.from_pylist(
        kept, schema=pa.schema([(field.name, _plain_type(field.type)) for field in rows.schema])
    )


def _said(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Bytes as text and whole floats and decimals as numbers, as ids are written in them."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return int(value) if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value) else value


def _value_without(value: Any, name: str, people: People) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, list):
        # Numbers and texts of a list in a column of ids are ids; elsewhere long ones and handles alone.
        kept = (
            without_people({name: _said(one)} if isinstance(one, int | str | bytes) else one, people) for one in value
        )
        return [one for one, now in zip(value, kept, strict=True) if now is not None]
    if isinstance(value, dict):
        return without_people(value, people) or dict.fromkeys(value)
    if isinstance(value, bytes):
        said = value.decode(errors="replace")
        return value if (now := without_people(said, people, name)) == said else (now or "").encode()
    return (
        without_people(value, people, name) if isinstance(value, str | int) and not isinstance(value, bool) else value
    )


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """The type without a dictionary, however deep it stands."""
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(field.name, _plain_type(field.type)) for field in kind])
    return pa.float64() if pa.types.is_float16(kind) else kind


def _plain_rows(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    try:
        return pa.table(
            [column.cast(field.type) for column, field in zip(rows.columns, schema, strict=True)], schema=schema
        )
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        values = zip(rows.columns, schema, strict=True)
        return pa.table([pa.array(column.to_pylist(), field.type) for column, field in values], schema=schema)

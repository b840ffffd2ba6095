"""What all exports share: whose they are, what they state, how their files are opened, and how they are refused."""

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from tasks.schema.frames import arrow, frame
from tasks.schema.months import Days
from tasks.schema.plain_text import plain_text
from tasks.schema.table import Table

_GZIP = b"\x1f\x8b"
_PIECE_BYTES = 2**20
_MOST_BYTES = 512 * 1024**2
"""A file that is read whole: more than twenty years of days or posts have."""
_MOST_FILE_BYTES = 4 * 1024**3
"""A follower list is read in pieces: one of twenty million followers has about as much, with every column twice."""


class ExportRefusedError(ValueError):
    """The file cannot be imported; the message names the file, the place and what to do. Nothing was taken from it."""

    def __init__(self, message: str) -> None:
        """The message quotes the file, so it is cleaned and cut here, on whatever way it leaves."""
        super().__init__(plain_text(message))


def refusal(place: str, what: str) -> ExportRefusedError:
    """The sentence about a file, or about a place in it."""
    return ExportRefusedError(f"{place}: {what}")


@dataclass(frozen=True)
class Owner:
    """The account that the export is about; exports themselves do not say."""

    account_id: str
    handle: str


@dataclass(frozen=True)
class Export:
    """One export, read and checked.

    `content` is what is kept of it under `name`, `tables` are the staged rows that it holds, `days` the first and last
    day that they touch, `notes` say what was left out and why, and `columns` give the file's title of each of ours.
    """

    name: str
    owner: Owner
    content: bytes
    days: Days
    tables: tuple[tuple[Table, pd.DataFrame], ...]
    notes: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    @property
    def sample(self) -> pd.DataFrame:
        """The rows of the table that holds most of them."""
        return max((rows for _, rows in self.tables), key=len)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the account and what is kept: the same file of the same account is the same import."""
        return hashlib.sha256(self.owner.account_id.encode() + b"\n" + self.content).hexdigest()

    def rows(self, table: Table) -> pd.DataFrame:
        """The rows of one of the tables."""
        return next(rows for of, rows in self.tables if of is table)


def staged_frame(table: Table, columns: Mapping[str, object] | list[dict[str, object]]) -> pd.DataFrame:
    """The columns, or rows, as a frame of the staged table; what is not given is null.

    A single value holds for every row.
    """
    return frame(arrow(table, pd.DataFrame(columns).reindex(columns=table.schema.names)))


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """The file to be read, unpacked where it is gzip.

    Raises `ExportRefusedError` when that cannot be done, or it is larger than any export.
    """
    # A pipe would be waited for, and a device never ends.
    if "\0" in str(path) or (path.exists() and not path.is_file() and not path.is_dir()):
        raise refusal(path.name.replace("\0", ""), "is no file; save what it gives as one")
    try:
        with path.open("rb") as file:
            if path.stat().st_size > _MOST_FILE_BYTES:
                raise refusal(path.name, f"holds more than {_MOST_FILE_BYTES:,} bytes; give a part of it")
            is_packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            if is_packed:
                with tempfile.TemporaryFile(prefix="vanity-gap-") as plain:
                    _unpack(file, plain, path.name)
                    yield plain
            else:
                yield file
    except OSError as problem:
        raise refusal(str(path), f"cannot be read: {problem.strerror}") from None


def _unpack(file: BinaryIO, plain: BinaryIO, name: str) -> None:
    try:
        with gzip.open(file) as packed:
            while some := packed.read(_PIECE_BYTES):
                plain.write(some)
                if plain.tell() > _MOST_FILE_BYTES:
                    raise refusal(name, f"unpacks to more than {_MOST_FILE_BYTES:,} bytes; give a part of it")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refusal(name, "the gzip file is damaged; download it again") from None
    plain.seek(0)


def read_file(path: Path) -> bytes:
    """All bytes of a file that is not too large to be read whole."""
    with open_file(path) as file:
        content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise refusal(path.name, f"holds more than {_MOST_BYTES:,} bytes; give a part of it")
        return content

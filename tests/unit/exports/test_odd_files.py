"""What is no file, and numbers that Arrow does not compute with, are said or read, and never waited for."""

import os
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tasks.sources.exports.export import ExportRefusedError, Owner
from tasks.sources.exports.files import ExportFiles, read_exports

_OWNER, _TODAY = Owner("1", "frank"), date(2026, 1, 1)


def test_a_pipe_a_device_and_a_name_that_cannot_be_are_refused(tmp_path: Path) -> None:
    """Each with one sentence."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(ExportRefusedError, match="is no file"):
            read_exports(ExportFiles(_OWNER, files=(path,)), _TODAY)


@pytest.mark.parametrize("piece", [b",", b",\n", b"\n", b"date,", b'"', b"x", b"2025-01-01,5\n"])
def test_fifty_megabytes_of_nothing_are_refused_at_once(tmp_path: Path, piece: bytes) -> None:
    """Whatever is repeated: no more than a header, a record or a bounded number of lines is taken apart."""
    path = tmp_path / "large.csv"
    path.write_bytes(b"date,followers\n" * (piece[-1:] == b"\n") + piece * (50 * 2**20 // len(piece)))
    begun = time.process_time()
    with pytest.raises(ExportRefusedError):
        read_exports(ExportFiles(_OWNER, files=(path,)), _TODAY)
    # Half a second alone; a machine that does much else counts more.
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.uint64])
def test_counts_of_any_numbers_are_read(tmp_path: Path, kind: type[np.generic]) -> None:
    """As whole numbers, also where the type does not hold the largest count."""
    count = 200
    columns = {"rank": pa.array(range(count)), "created_at": pa.array(["2013-08-11"] * count)}
    columns["followers"] = pa.array(np.full(count, 7, dtype=kind))
    parquet.write_table(pa.table(columns), tmp_path / "list.parquet")
    (read,) = read_exports(ExportFiles(_OWNER, files=(tmp_path / "list.parquet",)), _TODAY)
    assert "list.parquet" == read.name


def test_a_rank_beyond_63_bits_is_refused(tmp_path: Path) -> None:
    """With the row and what has to stand there."""
    columns = {"rank": pa.array([0, 2**63 + 5], pa.uint64()), "created_at": pa.array(["2013-08-11"] * 2)}
    parquet.write_table(pa.table(columns), tmp_path / "list.parquet")
    with pytest.raises(ExportRefusedError, match="row 2: rank is '9223372036854775813'"):
        read_exports(ExportFiles(_OWNER, files=(tmp_path / "list.parquet",)), _TODAY)

"""What is no file, and numbers that Arrow does not compute with, are said or read, and never waited for."""

import os
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


def test_counts_of_16_bits_are_read(tmp_path: Path) -> None:
    """As whole numbers, like any other float."""
    count = 200
    columns = {"rank": pa.array(range(count)), "created_at": pa.array(["2013-08-11"] * count)}
    columns["followers"] = pa.array(np.full(count, 7, dtype=np.float16))
    parquet.write_table(pa.table(columns), tmp_path / "list.parquet")
    (read,) = read_exports(ExportFiles(_OWNER, files=(tmp_path / "list.parquet",)), _TODAY)
    assert "list.parquet" == read.name

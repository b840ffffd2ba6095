"""Rows that cannot be right keep their own account from being reported, and nobody else."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from config.pipeline import load_parameters
from config.settings import HERE
from tasks.measure import compare, measure
from tasks.reports.inputs import Shard
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.frames import rows

DAY = date(2026, 7, 1)


def _staged(root: DataRoot, handle: str) -> Path:
    stated = {"account_id": f"@{handle}", "handle": handle, "snapshot_date": str(DAY), "source": "counts_csv"}
    counts = {"observed_at": f"{DAY}T00:00:00Z", "followers_count": 100, "is_estimated": False}
    Tables(root).write_batch(
        f"import={handle}", {ACCOUNT_SNAPSHOTS: arrow(ACCOUNT_SNAPSHOTS, rows(ACCOUNT_SNAPSHOTS, stated | counts))}
    )
    return Path(root.uri) / layout.staged_file(ACCOUNT_SNAPSHOTS, f"import={handle}")


def test_bad_rows_of_one_account_do_not_stop_another(tmp_path: Path) -> None:
    """Bea's file says that she follows -5 accounts: Ada is measured as ever, and Bea is not."""
    root = DataRoot(str(tmp_path))
    _staged(root, "ada")
    spoiled = _staged(root, "bea")
    table = pq.read_table(spoiled)
    place = table.schema.get_field_index("following_count")
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array([-5], pa.int64())), spoiled)
    parameters = load_parameters(HERE).measures
    measure.fn(Tables(root), "shard", Shard((DAY, DAY)), parameters)
    assert {"@ada": "ada"} == compare.fn(Tables(root), ["shard"], (DAY, DAY), parameters, None)

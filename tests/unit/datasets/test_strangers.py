"""A handle that has passed to another account: neither takes the other's rows."""

from pathlib import Path

from tasks.datasets.staged_inputs import read_all_accounts, read_strangers
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.frames import rows


def _stage(tables: Tables, account: str, day: str, created: str | None) -> None:
    stated = {"account_id": account, "handle": "Ada", "snapshot_date": day, "source": "counts_csv"}
    counts = {"observed_at": f"{day}T00:00:00Z", "followers_count": 5_136, "account_created_at": created}
    tables.write_batch(
        f"import={account}", {ACCOUNT_SNAPSHOTS: arrow(ACCOUNT_SNAPSHOTS, rows(ACCOUNT_SNAPSHOTS, stated | counts))}
    )


def test_a_younger_account_with_the_handle_is_named(tmp_path: Path) -> None:
    """Counts of September stay an account of their own when account 7, made in October, has the handle today."""
    tables = Tables(DataRoot(str(tmp_path)))
    _stage(tables, "@ada", "2026-09-01", None)
    assert [] == read_strangers(tables, "ada")
    _stage(tables, "7", "2026-10-20", "2026-10-05T00:00:00Z")
    assert ["7"] == read_strangers(tables, "ada")
    assert (("7", "@ada"), {}) == (read_all_accounts(tables).accounts, dict(read_all_accounts(tables).ids))


def test_the_account_itself_is_no_stranger(tmp_path: Path) -> None:
    """The same handle on an account that was there before: the rows are its own."""
    tables = Tables(DataRoot(str(tmp_path)))
    _stage(tables, "@ada", "2026-09-01", None)
    _stage(tables, "7", "2026-10-20", "2009-10-05T00:00:00Z")
    assert ([], {"@ada": "7"}) == (read_strangers(tables, "ada"), dict(read_all_accounts(tables).ids))

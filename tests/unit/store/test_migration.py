"""Reports of schema version 1 under today's names: nothing is lost, and a run that was killed is finished."""

import json
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.schema.renames import RENAMED_CODES, RENAMED_COLUMNS
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNTS
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.table import SCHEMA_VERSION, Table
from tasks.store import layout, migration
from tasks.store.migration import migrate, reports_version
from tasks.store.parquet import WrittenFile
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_json
from tasks.store.tables import Tables
from tests.page.made import reports

TABLES = (ACCOUNT_DAILY, ACCOUNTS, COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE, FOLLOWER_LISTS, PAST_BLOCKS)
UNNAMED = (COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE, PAST_BLOCKS)
"""Tables that had no handle."""


@pytest.fixture
def old(tmp_path: Path) -> tuple[DataRoot, dict[str, pa.Table]]:
    """A root as version 1 left it, and what today's version had written there."""
    root = reports(tmp_path)
    now = {table.name: Tables(root).latest(table) for table in TABLES}
    for table in TABLES:
        parquet.write_table(_of_version_1(table, now[table.name]), tmp_path / layout.latest_file(table))
    entries = [{"path": str(layout.latest_file(table)), "sha256": "", "rows_count": 0} for table in TABLES]
    root.replace(layout.MANIFEST, sealed_json({"schema_version": "1", "files": entries}))
    return root, now


def _of_version_1(table: Table, rows: pa.Table) -> pa.Table:
    former = {new: name for name, new in RENAMED_COLUMNS.get(table.name, {}).items()}
    added = {"handle"} if table in UNNAMED else set()
    if table is DIVERGENCE_EVENTS:
        added |= {name for name in rows.column_names if name.startswith(("before_", "after_")) and name not in former}
    kept = rows.drop_columns(sorted(added))
    for name in {"verdict", "explanation", "verdict_history"} & {*kept.column_names}:
        place, codes = kept.column_names.index(name), kept[name]
        for former_code, code in RENAMED_CODES.items():
            codes = pc.replace_substring(codes, code, former_code)
        kept = kept.set_column(place, name, codes)
    named = kept.rename_columns([former.get(name, name) for name in kept.column_names])
    return named.replace_schema_metadata({"schema_version": "1"})


def _assert_noted(root: DataRoot) -> None:
    noted = {entry["path"]: entry["sha256"] for entry in json.loads(root.read_bytes(layout.MANIFEST))["files"]}
    assert {path: root.sha256(PurePosixPath(path)) for path in noted} == noted


def test_what_version_1_wrote_stands_under_today_s_names(old: tuple[DataRoot, dict[str, pa.Table]]) -> None:
    """Codes, columns and handles are today's; what version 1 did not know is null."""
    root, now = old
    assert "1" == reports_version(root)
    assert len(TABLES) == migrate(root)
    for table in TABLES:
        rows, expected = Tables(root).latest(table), now[table.name]
        known = [name for name in expected.column_names if not name.startswith(("before_", "after_"))]
        assert expected.select(known).equals(rows.select(known)), table.name
    assert "unexplained_wave" in Tables(root).latest(DIVERGENCE_EVENTS)["verdict"].to_pylist()
    assert SCHEMA_VERSION == reports_version(root)
    _assert_noted(root)
    assert 0 == migrate(root)


def test_a_migration_that_was_killed_is_finished(
    old: tuple[DataRoot, dict[str, pa.Table]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of both versions stand beside each other, and the next run does the rest."""
    root, now = old
    write, number = migration.write_file, 0

    def dies(table: Table, rows: pa.Table, root: DataRoot, path: PurePosixPath) -> WrittenFile:
        nonlocal number
        number += 1
        if number == len(TABLES) // 2:
            raise KeyboardInterrupt
        return write(table, rows, root, path)

    with monkeypatch.context() as patch:
        patch.setattr(migration, "write_file", dies)
        with pytest.raises(KeyboardInterrupt):
            migrate(root)
    assert "1" == reports_version(root)
    migrate(root)
    assert SCHEMA_VERSION == reports_version(root)
    _assert_noted(root)
    assert now[EVENT_EVIDENCE.name].equals(Tables(root).latest(EVENT_EVIDENCE))

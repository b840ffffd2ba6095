"""X's archive comes in by the command line, and an export of any kind is told by its content."""

from datetime import date
from pathlib import Path

import pandas as pd

from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.retrospective_tables import FOLLOWER_LISTS
from tests.flows.conftest import BIN, Server
from tests.flows.reported import latest
from tests.unit.export_files import analytics_csv
from tests.unit.exports.archives import OLD_ID, saved_archive

PYTHON = str(BIN / "python")


def test_an_archive_and_an_export_come_in_by_their_names_alone(server: Server, tmp_path: Path) -> None:
    """The list is the baseline of the day on which X made the archive; the export joins the account by its handle."""
    export = tmp_path / "any name.csv"
    export.write_bytes(analytics_csv((date(2026, 8, 14), *range(13))))
    words = ("-m", "flows.imports", str(saved_archive(tmp_path)), str(export), "--handle", "ada")
    done = server.command(PYTHON, *words, VANITY_GAP_DATA_ROOT=str(tmp_path / "data"))
    assert 0 == done.returncode, done.stdout + done.stderr
    lists = latest(FOLLOWER_LISTS, tmp_path / "data")
    assert [(str(OLD_ID), "archive", 4)] == list(
        lists[["account_id", "source", "listed_followers_count"]].itertuples(index=False, name=None)
    )
    days = latest(ACCOUNT_DAILY, tmp_path / "data").set_index("report_date")
    assert {str(OLD_ID)} == set(days["account_id"])
    assert 5 == days.loc[pd.Timestamp("2026-08-14"), "new_followers_count"]
    assert days["followers_count"].isna().all()
    assert "too few to be searched" in done.stdout

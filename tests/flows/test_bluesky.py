"""An account on Bluesky is read by the daily flow, for nothing and without credentials."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.schema.report_tables import ACCOUNT_DAILY
from tests.bluesky.appview import AppView, did, serving
from tests.flows.conftest import REPOSITORY, Server
from tests.flows.reported import latest
from tests.unit.frames import values

FIRST = datetime(2026, 9, 1, 2, 15, tzinfo=UTC)


@pytest.fixture
def view() -> AppView:
    """Ada, followed by three."""
    view = AppView()
    view.account("ada", followersCount=3, followsCount=9, postsCount=0)
    for hours, name in enumerate(["dan", "cy", "bo"], start=1):
        view.account(name, followersCount=hours, followsCount=20, postsCount=0)
        view.follow(name, FIRST - timedelta(hours=hours))
    return view


def _config(folder: Path) -> Path:
    folder.mkdir()
    pipeline = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
    (folder / "pipeline.toml").write_text(pipeline, encoding="utf-8")
    block = '[[account]]\nhandle = "ada.invented.example"\nnetwork = "bluesky"\nlevel = "full"\n'
    (folder / "accounts.toml").write_text(block, encoding="utf-8")
    return folder


def test_two_days_on_bluesky_give_counts_and_arrivals(server: Server, view: AppView, tmp_path: Path) -> None:
    """Eve follows between the readings: one new follower, none lost; a second run of a day asks nothing more."""
    config = _config(tmp_path / "config")
    with serving(view) as address:
        for day in range(2):
            now = FIRST + timedelta(days=day)
            settings = {
                "VANITY_GAP_DATA_ROOT": str(tmp_path / "data"),
                "VANITY_GAP_CONFIG_DIR": str(config),
                "VANITY_GAP_BLUESKY_BASE_URL": address,
                "VANITY_GAP_X_BASE_URL": "http://127.0.0.1:9",
                "VANITY_GAP_CLOCK": now.isoformat(),
            }
            words = ("flows.daily", "--day", str(now.date()))
            done = server.module(*words, **settings)
            assert 0 == done.returncode, done.stdout + done.stderr
            view.follow("eve", now + timedelta(hours=3))
            view.profiles[did("ada")]["followersCount"] = 4
        asked = len(view.asked)
        assert 0 == server.module(*words, **settings).returncode
        assert asked == len(view.asked)
    days = latest(ACCOUNT_DAILY, tmp_path / "data")
    expected = [(did("ada"), "2026-09-01", 3, None, None), (did("ada"), "2026-09-02", 4, 1, 0)]
    names = ["account_id", "report_date", "followers_count", "new_followers_count", "lost_followers_count"]
    assert expected == values(days, names)
    assert {"bluesky"} == set(days["counts_source"])


def test_an_account_is_tried_without_any_configuration(server: Server, view: AppView, tmp_path: Path) -> None:
    """One command reads the account now and says where its page lies; the tracked accounts stay as they are."""
    settings = {
        "VANITY_GAP_DATA_ROOT": str(tmp_path / "data"),
        "VANITY_GAP_X_BASE_URL": "http://127.0.0.1:9",
        "VANITY_GAP_CLOCK": FIRST.isoformat(),
    }
    with serving(view) as address:
        words = ("flows.cli.commands", "try", "ada.invented.example")
        done = server.module(*words, **settings, VANITY_GAP_BLUESKY_BASE_URL=address)
    assert 0 == done.returncode, done.stdout + done.stderr
    root = tmp_path / "data" / "try"
    assert f"page: {root / 'reports' / 'index.html'}" in done.stdout
    names = ["account_id", "handle", "followers_count"]
    assert [(did("ada"), "ada.invented.example", 3)] == values(latest(ACCOUNT_DAILY, root), names)
    assert ["try"] == [path.name for path in (tmp_path / "data").iterdir()]

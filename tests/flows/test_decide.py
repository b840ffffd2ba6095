"""The reading that decides a rise, lived: accounts at a cheap level, a night, and one command."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.cli.check import plan_today
from flows.context import load_context
from flows.decide import decide
from flows.observe import open_x_day
from sandbox.serve import serve
from sandbox.world.arrivals import Group, arrival_group
from sandbox.world.moments import utc_milliseconds
from sandbox.world.profiles import Batch
from sandbox.world.waves import WAVES
from sandbox.worlds import World, summer
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.staged import API_SPEND
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.lived import Operator, days

LIVED = days(date(2026, 7, 8), date(2026, 7, 10))
"""Mia is mentioned on July 8 in the evening, and Quinn's followers double in the night before July 10."""
SEED = 7
BOTS = 640


def _night(rng: np.random.Generator) -> list[Group]:
    """As many as Quinn has, of one batch, within five hours."""
    hours = (utc_milliseconds(2026, 7, 9, 20), utc_milliseconds(2026, 7, 10, 1))
    return [arrival_group("unexplained_wave", rng.integers(*hours, BOTS), Batch(utc_milliseconds(2021, 3, 3), 20.0))]


@pytest.fixture(scope="module")
def world() -> World:
    """The summer, with a night of Quinn's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(WAVES, "quiet_quinn", _night)
        return summer(SEED)


@pytest.fixture(scope="module")
def past(prefect_server: None, world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - must run
    """The data root of somebody who reads counts and posts of both each day; nobody may write there."""
    folder = tmp_path_factory.mktemp("past") / "data"
    with serve(world) as sandbox, pytest.MonkeyPatch.context() as patch:
        operator = Operator(sandbox, folder, patch)
        operator.track("quiet_quinn", "mentioned_mia", level="posts", engagers=False)
        operator.live_all(LIVED)
    return folder


@pytest.fixture
def later(past: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """Somebody with a copy of those days, on the last of them."""
    with serve(world) as sandbox:
        operator = Operator(sandbox, tmp_path / "data", monkeypatch)
        shutil.copytree(past, operator.root, dirs_exist_ok=True)
        operator.stand_at(LIVED[-1])
        yield operator


def _event(operator: Operator, handle: str) -> pd.Series:
    """The largest event of an account, as reported."""
    events = frame(Tables(DataRoot(str(operator.root))).latest(DIVERGENCE_EVENTS))
    return events[events["handle"] == handle].sort_values("observed_followers_delta").iloc[-1]


def _spent(operator: Operator) -> float:
    """What the staged ledger says of the day."""
    spend = frame(Tables(DataRoot(str(operator.root))).staged(API_SPEND))
    return float(spend.loc[spend["spend_date"] == pd.Timestamp(LIVED[-1]), "price_usd"].sum())


def _billed(operator: Operator) -> float:
    """What the sandbox charges for what was asked since the test began."""
    return float(sum(float(str(row["usd"])) for row in operator.sandbox.bill()))


def test_a_night_whose_followers_were_not_read_is_decided_by_one_reading(later: Operator) -> None:
    """Of 640 who came on 648 nobody was read: it cannot be told, and the 640 and 120 before them would tell.

    At a cent each that is $7.60, which is what the command says before, what X charges, and what the ledger holds.
    Then they are a wave, and nothing is left to decide; a second run asks X nothing.
    """
    before, ledger = _event(later, "quiet_quinn"), _spent(later)
    assert "undetermined" == before["verdict"]
    assert 640 + 120 == before["next_reading_followers_count"]
    assert 7.60 == pytest.approx(before["next_reading_usd"])
    assert "the follower list" in str(before["missing_evidence"])
    planned = decide("quiet_quinn", dry_run=True, return_state=True)
    assert "reading the newest 760 followers costs $7.60" in str(planned.message)
    assert 0 == _billed(later)
    state = decide("@Quiet_Quinn", return_state=True)
    assert state.is_completed(), state.message
    assert "the newest 760 followers read for $7.60" in str(state.message)
    after = _event(later, "quiet_quinn")
    assert "unexplained_wave" == after["verdict"]
    assert BOTS == pytest.approx(after["unexplained_followers_count"], abs=5)
    assert "the follower list" not in str(after["missing_evidence"])
    assert pd.isna(after["next_reading_followers_count"])
    assert 7.60 == pytest.approx(_billed(later)) == pytest.approx(_spent(later) - ledger)
    again = decide("quiet_quinn", return_state=True)
    assert "nothing to decide of quiet_quinn: no event stands without a verdict" == again.message
    assert 7.60 == pytest.approx(_billed(later))


def test_people_whom_a_mention_brought_are_not_accused_by_it(later: Operator) -> None:
    """Nobody looked for the mention, so it still cannot be told; a wave has become less likely, not more."""
    before = _event(later, "mentioned_mia")
    state = decide("mentioned_mia", return_state=True)
    assert state.is_completed(), state.message
    after = _event(later, "mentioned_mia")
    assert "unexplained_wave" != after["verdict"]
    assert after["unexplained_wave_probability"] < before["unexplained_wave_probability"]
    assert f"read for ${before['next_reading_usd']:.2f}" in str(state.message)
    assert before["next_reading_usd"] == pytest.approx(_billed(later))


def test_the_price_of_what_would_decide_stands_back(later: Operator) -> None:
    """Of ten dollars that may, the $7.60 of Quinn's night do: `plan` says so, and no list gets them."""
    chosen = later.config / "pipeline.toml"
    text = chosen.read_text(encoding="utf-8").replace("decide_usd = 2.0", "decide_usd = 10.0")
    chosen.write_text(text, encoding="utf-8")
    accounts = later.config / "accounts.toml"
    accounts.write_text(accounts.read_text(encoding="utf-8").split("\n\n")[0] + "\n", encoding="utf-8")
    assert "$7.600 to decide open rises" in str(plan_today().message)
    day, run = LIVED[-1], load_context()
    left, to_decide = (open_x_day(run, day, is_deciding=is_deciding).spare.left for is_deciding in (False, True))
    assert 7.60 == pytest.approx(float(to_decide - left))
    chosen.write_text(text.replace("decide_usd = 10.0", "decide_usd = 7.5"), encoding="utf-8")
    assert "$0.000 to decide open rises" in str(plan_today().message)


def test_a_reading_over_the_budget_is_refused_before_x_is_asked(later: Operator) -> None:
    """Of $5.00 a day some is spent, so $7.60 do not fit: one sentence, and nothing changes."""
    chosen = later.config / "pipeline.toml"
    chosen.write_text(chosen.read_text(encoding="utf-8").replace("day_usd = 500.0", "day_usd = 5.0"), encoding="utf-8")
    reports = later.reports()
    state = decide("quiet_quinn", return_state=True)
    assert "Refused" == state.name
    assert "reading the newest 760 followers costs $7.60" in str(state.message)
    assert "the budgets leave $4." in str(state.message)
    assert 0 == _billed(later)
    assert reports == later.reports()


def test_nobody_is_read_of_whom_nothing_is_to_decide(later: Operator) -> None:
    """Unknown handles are refused; on Bluesky, and where followers are read each day, there is nothing to buy."""
    refused = decide("nobody_at_all", return_state=True)
    assert "Refused" == refused.name
    assert "tracked are mentioned_mia, quiet_quinn" in str(refused.message)
    accounts = later.config / "accounts.toml"
    listed = accounts.read_text(encoding="utf-8").replace('level = "posts"', 'level = "full"', 1)
    blue = '[[account]]\nhandle = "blue.bsky.social"\nnetwork = "bluesky"\n'
    accounts.write_text(f"{listed}\n{blue}", encoding="utf-8")
    free, full = (decide(name, return_state=True) for name in ("blue.bsky.social", "quiet_quinn"))
    assert "for nothing: nothing to decide" in str(free.message)
    assert "its followers are read each day as it is" in str(full.message)
    assert 0 == _billed(later)

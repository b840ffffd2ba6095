"""Looking up who is gone from X, end to end: the sandbox suspends followers, and no file names them afterwards."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from flows.full_scan import full_scan
from flows.housekeeping import housekeeping
from sandbox.serve import serve
from sandbox.world.user_view import find_user
from sandbox.worlds import summer
from tasks.maintenance.verify import verify
from tasks.schema.frames import frame
from tasks.schema.staged import API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tasks.schema.table import Table
from tasks.sources.x_api.access import Credentials, XAccess
from tasks.sources.x_api.day import XDay, fetch_day
from tasks.sources.x_api.parameters import Limits
from tasks.stage import stage_day
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.lived import Operator
from tests.unit.maintenance.held import holding
from tests.x_api.living import NUMBERS, PRICES, tracked

BEFORE, AFTER, NEXT = date(2026, 7, 1), date(2026, 8, 28), date(2026, 8, 29)
"""Between the first two the world suspends a few of Mia's followers."""
SEED = 7


@pytest.fixture
def operator(
    prefect_server: None,  # noqa: ARG001 - must run
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Operator]:
    """Somebody who has read Mia's list in July, and stands in the end of August."""
    with serve(summer(SEED)) as sandbox:
        operator = Operator(sandbox, tmp_path / "data", monkeypatch)
        operator.track("mentioned_mia", engagers=False)
        operator.stand_at(BEFORE)
        _read(operator)
        operator.stand_at(AFTER)
        yield operator


def _read(operator: Operator) -> None:
    """Read and stage a day, as the daily run does before it derives anything."""
    sandbox, accounts = operator.sandbox, [tracked("mentioned_mia")]
    access = XAccess(sandbox.base_url, Credentials(SecretStr(sandbox.settings.bearer_token)), sandbox.service.clock.now)
    enough = Limits(Decimal(500), Decimal(500), Decimal(500))
    x_day = XDay(DataRoot(str(operator.root)), BEFORE, enough, PRICES, accounts_count=1)
    with x_day.session(access) as session:
        fetch_day(session, accounts, x_day.history, NUMBERS)
    stage_day.fn(x_day, accounts)


def _rows(operator: Operator, table: Table) -> pd.DataFrame:
    return frame(Tables(DataRoot(str(operator.root))).staged(table))


def _people(operator: Operator) -> set[int]:
    return set(_rows(operator, FOLLOWER_ARRIVALS)["follower_id"])


def _suspended(operator: Operator, people: set[int]) -> set[int]:
    """Whom the world has suspended by now."""
    world, at = operator.sandbox.world, int(operator.sandbox.service.clock.now().timestamp() * 1_000)
    found = {person: find_user(world, person, at) for person in people}
    numbers = np.array([number for number in found.values() if number is not None], dtype=np.int64)
    is_gone = dict(zip(numbers.tolist(), world.suspended(numbers, at).tolist(), strict=True))
    return {person for person, number in found.items() if number is None or is_gone[number]}


def _comply(operator: Operator, usd: float) -> tuple[State[Any], float]:
    """The run, and what it cost by the sandbox's bill."""
    before = operator.sandbox.spent_usd()
    state = housekeeping("comply", usd=usd, return_state=True)
    return state, operator.sandbox.spent_usd() - before


def test_who_is_gone_from_x_is_forgotten(operator: Operator) -> None:
    """A dollar looks up a hundred who are still there, and more pays for the rest; who is gone costs nothing.

    On the first day nobody is forgotten. On the next, no file names those whom the world has suspended, all others
    stay, and of the departures the number stays.
    """
    assert full_scan(return_state=True).is_completed()
    people = _people(operator)
    gone, left = _suspended(operator, people), _rows(operator, FOLLOWER_DEPARTURES)
    assert 0 < len(gone) == len(gone & set(left["follower_id"]))

    state, cost = _comply(operator, 1.0)
    assert state.is_completed(), state.message
    assert 0.9 < cost <= 1.0
    said = f"0 of {len(people):,} stored people are gone from X"
    assert [said in str(state.message), "were not looked up (budget)" in str(state.message)] == [True, True]
    assert f"looking up all of them costs ${len(people) / 100:,.2f} at most" in str(state.message)

    state, _ = _comply(operator, 400.0)
    assert "all others were seen there today" in str(state.message)
    assert f"{len(gone):,} more did not exist today" in str(state.message)
    assert people == _people(operator)

    operator.stand_at(NEXT)
    state, cost = _comply(operator, 0.01)
    assert f"{len(gone):,} of {len(people):,} stored people are gone from X" in str(state.message)
    assert cost < 0.02
    assert people - gone == _people(operator)
    assert [] == holding(operator.root, *map(str, gone))
    counted = _rows(operator, FOLLOWER_DEPARTURES)
    assert len(left) == len(counted)
    assert len(gone & set(left["follower_id"])) == (counted["follower_id"] < 0).sum()
    assert [] == verify(DataRoot(str(operator.root)))
    billed = sum(float(str(row["usd"])) for row in operator.sandbox.bill() if row["day"] == f"{AFTER}")
    spend = _rows(operator, API_SPEND)
    assert billed == pytest.approx(spend.loc[spend["spend_date"] == pd.Timestamp(AFTER), "price_usd"].sum())


def test_the_oldest_are_looked_up_first(operator: Operator) -> None:
    """Who was looked up yesterday is not asked for before all others, and nobody is asked for twice a day."""
    asked: list[set[str]] = []
    for day in (AFTER, NEXT):
        operator.stand_at(day)
        _comply(operator, 0.5)
        pages = sorted((operator.root / "raw" / "x_api" / f"dt={day}").rglob("users_gone-*.json"))
        assert pages
        asked.append({name for path in pages for name in _asked(path)})
    assert asked[0]
    assert set() == asked[0] & asked[1]


def _asked(path: Path) -> list[str]:
    content = pd.read_json(path, typ="series", dtype=False)
    return str(content["parameters"]["ids"]).split(",")


def test_without_money_nobody_is_looked_up(operator: Operator) -> None:
    """Nothing is asked, nobody is forgotten, and the sentence says what all would cost."""
    people = _people(operator)
    state, cost = _comply(operator, 0.0)
    assert (True, 0) == (state.is_completed(), cost)
    assert f"0 of {len(people):,}" in str(state.message)
    assert people == _people(operator)

"""A full scan, end to end: from the sandbox over HTTP to staged departures, through the real flow."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from flows.full_scan import full_scan
from sandbox.serve import Sandbox, serve
from sandbox.worlds import summer
from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_SPEND, API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.lived import Operator

FIRST, WEEK_LATER = date(2026, 7, 6), date(2026, 7, 13)
SEED = 7


@pytest.fixture
def operator(
    prefect_server: None,  # noqa: ARG001 - must run
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Operator]:
    """Somebody with an empty data root and the summer on loopback."""
    with serve(summer(SEED)) as sandbox:
        yield Operator(sandbox, tmp_path / "data", monkeypatch)


def _billed(sandbox: Sandbox, day: date) -> float:
    return sum(float(str(row["usd"])) for row in sandbox.bill() if row["day"] == f"{day}")


def test_a_scan_stages_who_is_gone_and_what_it_cost(operator: Operator) -> None:
    """A week after the first reading those known who no longer follow are departures; the same again changes nothing.

    The staged ledger of the day is the sandbox's bill, scan included.
    """
    operator.track("frank")
    operator.live_all([FIRST])
    root = DataRoot(str(operator.root))
    operator.stand_at(WEEK_LATER)
    for _ in range(2):
        state = full_scan(return_state=True)
        assert state.is_completed(), state.message
    assert "frank: " in str(state.message)
    assert " gone" in str(state.message)
    frank = operator.sandbox.world.account("frank").id
    now = set(operator.sandbox.world.followers(frank, operator.sandbox.service.clock.now()))
    known = set(frame(Tables(root).staged(FOLLOWER_ARRIVALS))["follower_id"].tolist())
    gone = frame(Tables(root).staged(FOLLOWER_DEPARTURES))
    assert known - now == set(gone["follower_id"].tolist())
    assert gone["departure_reason"].notna().all()
    spend = frame(Tables(root).staged(API_SPEND))
    of_day = spend[spend["spend_date"] == pd.Timestamp(WEEK_LATER)]
    assert _billed(operator.sandbox, WEEK_LATER) == pytest.approx(of_day["price_usd"].sum())
    own = frame(Tables(root).staged(ACCOUNT_SPEND))
    of_frank = own.loc[own["spend_date"] == pd.Timestamp(WEEK_LATER)].set_index("account_id")["spent_usd"]
    assert {str(frank): pytest.approx(of_day["price_usd"].sum())} == of_frank.to_dict()

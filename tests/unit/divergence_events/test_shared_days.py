"""Days on which many accounts move: hand calculations, the case from the field, and cohorts invented by a seed."""

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.events import scan_grid
from tasks.divergence.shared_days import find_shared_days, shared_days_table
from tests.evaluation.judged import Judgement, days_of, judgement
from tests.evaluation.observed import SHARED, counted
from tests.evaluation.parameters import EVENTS, JUDGE
from tests.unit.divergence_events.series import grid

CASE = SHARED.parent / "cases" / "truth" / "platform_drop"


def _judged(counts: dict[str, pd.Series]) -> Judgement:
    observed = counted(counts)
    return judgement(observed, days_of(observed)["report_date"].max(), JUDGE)


def _cohort(seed: int, accounts: int, change: float = 0.0) -> dict[str, pd.Series]:
    """Counts on 30 days that grow by chance, each account at its own rate; all but a tenth move by `change` at last."""
    chance = np.random.default_rng(seed)
    days = pd.date_range("2024-04-01", periods=30)
    counts = {}
    for account in range(accounts):
        start = int(10 ** chance.uniform(3, 6))
        noise = chance.poisson(start * chance.uniform(0.0001, 0.001), 30) - chance.poisson(start * 0.0002, 30)
        series = start + np.cumsum(noise)
        if account % 10:
            series[-1] += int(change * start * chance.uniform(0.5, 1.5))
        counts[f"account_{account}"] = pd.Series(series, days)
    return counts


@pytest.mark.parametrize("accounts", [10, 100])
@pytest.mark.parametrize(("change", "direction"), [(-0.006, "fall"), (0.006, "rise")])
def test_a_day_on_which_nine_of_ten_move_is_shared(accounts: int, change: float, direction: str) -> None:
    """A move of .3 to .9 % is no event of one account; of nine in ten accounts it is found in every cohort."""
    for seed in range(2):
        found = _judged(_cohort(seed, accounts, change)).shared_days
        assert found["direction"].tolist() == [direction]
        assert found["shared_date"].tolist() == [pd.Timestamp("2024-04-30")]
        assert found["moved_accounts_count"].item() >= 0.8 * accounts
        assert (
            found["median_relative_followers_delta_low"].item()
            <= change
            <= found["median_relative_followers_delta_high"].item()
        )


def test_quiet_months_of_a_hundred_accounts_share_nothing() -> None:
    """Where each account moves by itself, no day of four months is shared."""
    assert all(_judged(_cohort(seed, 100)).shared_days.empty for seed in range(100, 104))


def test_a_shared_fall_is_told_of_each_account_and_a_shared_rise_accuses_nobody() -> None:
    """Nine of ten fall, and each that fell is told of the platform; nine of ten rise, and no rise is a wave."""
    fallen = _judged(_cohort(1, 10, -0.006)).events
    assert len(fallen) == 9
    assert set(fallen["verdict"]) == {"platform_purge"}
    risen = _judged(_cohort(1, 10, 0.04)).events
    assert len(risen) == 9
    assert set(risen["verdict"]) == {"undetermined"}
    assert risen["unexplained_wave_probability"].max() < 0.1


def test_the_share_of_others_leaves_the_account_itself_out() -> None:
    """Of four accounts three fall by 30 where 10 a day are usual: for each of them two of three others fell too."""
    fallen = [10_000.0 + 10 * day for day in range(40)] + [10_360.0]
    steady = [10_000.0 + 10 * day for day in range(41)]
    scanned = scan_grid(grid({"a": fallen, "b": fallen, "c": fallen, "d": steady}), EVENTS)
    events = pd.DataFrame({"kind": ["drop"] * 3, "first": 40, "last": 40, "row": [0, 1, 2]})
    assert scanned.shared.others_share(events, "fall").tolist() == pytest.approx([2 / 3] * 3)
    assert np.isnan(scanned.shared.others_share(events, "rise")).all()
    table = shared_days_table(scanned.grid, scanned.net_marks.usual, scanned.shared)
    assert table["median_relative_followers_delta"].item() == pytest.approx(-40 / 10_390)


def test_two_accounts_share_nothing() -> None:
    """Both falling is one chance in 2,500 on any day, and two are no cohort."""
    z = np.full((2, 30), 0.0)
    z[:, 20] = -9.0
    assert not find_shared_days(z, EVENTS.shared).is_shared["fall"].any()


@pytest.mark.skipif(not CASE.exists(), reason="the cases beside the repository are absent")
def test_ten_accounts_that_fall_together_are_each_told_so() -> None:
    """Each falls .3 to 1.05 % on the last of 30 days: every account is told of a fall that all ten share."""
    counts = {
        file.stem: pd.read_csv(file, index_col="date", parse_dates=["date"])["followers"] for file in CASE.iterdir()
    }
    found = _judged(counts)
    assert sorted(found.events["account_id"]) == sorted(counts)
    assert set(found.events["verdict"]) == {"platform_purge"}
    assert found.shared_days["moved_accounts_count"].tolist() == [10]


def test_one_of_four_others_is_chance() -> None:
    """Of five accounts two rise on a day, by chance once in 260 days: it is not shared, and explains neither."""
    risen = [10_000.0 + 10 * day for day in range(40)] + [10_900.0]
    steady = [10_000.0 + 10 * day for day in range(41)]
    scanned = scan_grid(grid({"a": risen, "b": risen, "c": steady, "d": steady, "e": steady}), EVENTS)
    events = pd.DataFrame({"kind": ["jump"] * 2, "first": 40, "last": 40, "row": [0, 1]})
    assert scanned.shared.others_share(events, "rise").tolist() == [0.0, 0.0]

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.grid import daily_grid
from tasks.divergence.shock import Series, mark_days, narrow_rates, profile_rates
from tests.evaluation.parameters import SHOCK
from tests.unit.divergence_events.series import NO_ARRIVALS, days, grid, growing


def _marks(counts: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    made = grid({"a": counts})
    usual = profile_rates(made.followers, made.age_days, SHOCK)
    found = mark_days(Series(made.change, made.change_span, made.followers, usual), SHOCK)
    return found.z[0], found.direction[0], found.marked[0]


def test_a_jump_is_measured_against_the_days_before_it() -> None:
    """Ten a day for 30 days, then 510: z = (510 - 10) / max(1.4826 * 0, sqrt(10), 0.0005 * 10,290) = 500 / 5.145."""
    counts = [*growing(30), 10_290 + 510]
    z, direction, _ = _marks(counts)
    assert z[30] == pytest.approx(500 / (0.0005 * 10_290))
    assert direction[30] == 1


def test_a_jump_is_never_part_of_its_own_norm() -> None:
    """However large a jump, its z grows with it: a mean and SD that hold it would stop at sqrt(n - 1)."""
    small, _, _ = _marks([*growing(30), 10_290 + 510])
    large, _, _ = _marks([*growing(30), 10_290 + 5_010])
    assert large[30] == pytest.approx(10 * small[30])


def test_a_doubling_on_the_second_day_stands_out_and_three_percent_do_not() -> None:
    """Accounts of 10,000 gain about 10 a day, with a doubt of 100: six times it is 600 and a day's own ten."""
    z, direction, _ = _marks([10_001, 20_001])
    assert direction[1] == 1
    assert z[1] == pytest.approx((10_000 - 10) / np.hypot(100, 5), rel=0.001)
    _, small, marked = _marks([10_001, 10_301])
    assert small[1] == 0
    assert not marked.any()


@pytest.mark.parametrize("day", range(1, 16))
def test_a_doubling_stands_out_on_each_of_the_first_days(day: int) -> None:
    """However short the past, a night of +100 % is seen on its day, and is no part of what is usual afterwards."""
    counts = [*growing(day), *growing(20, 20_001)]
    z, direction, _ = _marks(counts)
    assert direction[day] == 1
    assert not direction[day + 1 :].any()
    assert np.abs(z[day + 1 :]).max() < 2


def test_a_young_account_may_grow_fast() -> None:
    """300 followers within 30 days are 10 a day, so 20 in a day are as usual as of an old account 2 would be."""
    rows = days({"a": [300.0, 320.0]}).assign(account_created_at=pd.Timestamp("2025-12-02", tz="UTC"))
    made = daily_grid(rows, NO_ARRIVALS)
    assert profile_rates(made.followers, made.age_days, SHOCK).tolist() == [pytest.approx(10.0)]


def test_without_count_and_past_nothing_is_said() -> None:
    """Of changes alone, as an export states them, thirteen days are too few to judge the next."""
    changes = np.array([[5.0] * 13 + [500.0]])
    unknown = np.full_like(changes, np.nan)
    found = mark_days(Series(changes, np.ones_like(changes), unknown, unknown[:, 0]), SHOCK)
    assert np.isnan(found.z).all()
    assert not found.marked.any()


def test_the_smallest_rise_that_would_have_been_seen_is_seen() -> None:
    """What is stated as the least jump is an event, and one follower fewer is none."""
    made = grid({"a": [*growing(30), 10_291]})
    usual = profile_rates(made.followers, made.age_days, SHOCK)
    least = mark_days(Series(made.change, made.change_span, made.followers, usual), SHOCK).least_jump[0, 30]
    _, seen, _ = _marks([*growing(30), 10_290 + int(np.ceil(least))])
    _, unseen, _ = _marks([*growing(30), 10_290 + int(np.ceil(least)) - 1])
    assert (seen[30], unseen[30]) == (1, 0)


def test_a_jump_below_one_percent_is_not_worth_an_event() -> None:
    """90 of 10,290 stands out from a steady count, but is less than 1 % of it."""
    z, direction, _ = _marks([*growing(30), 10_290 + 90])
    assert z[30] > 6
    assert direction[30] == 0


def test_a_missed_day_spreads_the_change_over_its_span() -> None:
    """Twenty gained over two days, one of them unread, are as usual as ten in one."""
    counts = growing(32)
    counts[30] = float("nan")
    z, _, _ = _marks(counts)
    assert z[31] == pytest.approx(0.0)


def test_counts_rounded_to_hundreds_do_not_alarm() -> None:
    """Of an account shown as 14,100, 14,200, ... a step of 200 among steps of 100 and 0 is rounding."""
    counts = [14_000 + 100 * (day // 2) for day in range(40)]
    _, direction, marked = _marks([*counts, counts[-1] + 200])
    assert not direction.any()
    assert not marked.any()


def test_a_drip_is_seen_in_its_sum() -> None:
    """Forty a day for a week on top of ten: no day need be a shock for the week to be one."""
    counts = growing(40)
    for _ in range(10):
        counts.append(counts[-1] + 50)
    _, _, marked = _marks(counts)
    assert marked[40:].all()


def test_what_lasts_becomes_the_new_normal() -> None:
    """An account that gains 60 instead of 10 a day for good is, after the longest event, no event any more."""
    counts = growing(40)
    for _ in range(110):
        counts.append(counts[-1] + 60)
    _, _, marked = _marks(counts)
    assert marked[50]
    assert not marked[-5:].any()


def test_a_shock_never_becomes_usual() -> None:
    """A night of 17,000 at the head of 60 days at 84 a day instead of 10: the new normal is 84, not the night."""
    counts = [*growing(40), 27_390]
    for _ in range(80):
        counts.append(counts[-1] + 84)
    made = grid({"a": counts})
    usual = profile_rates(made.followers, made.age_days, SHOCK)
    found = mark_days(Series(made.change, made.change_span, made.followers, usual), SHOCK)
    assert np.nanmax(found.usual) <= 84
    assert not found.clean[0, 40]


def test_a_day_without_new_rows_is_known_to_bring_nobody_only_where_the_list_was_read() -> None:
    """Arrivals are 0 on a day on which the head of the list was read without news, and unknown on others."""
    rows = days({"a": [100.0, 100.0, 100.0]}).assign(followers_status=["complete", "complete", "failed"])
    made = daily_grid(rows, NO_ARRIVALS)
    assert np.isnan(made.arrived[0]).tolist() == [True, False, True]
    assert made.arrived[0, 1] == 0


def test_what_own_posts_receive_narrows_the_beginning() -> None:
    """10 a day by size and 0.2 x 200 = 40 by posts make 20; the doubt of ten times falls to 10^(1 / sqrt 2) = 5.09.

    An account whose posts nobody read keeps both; one that receives nothing is taken for a tenth, so the mean is 3.16.
    """
    rate, ratio = narrow_rates(np.array([10.0, 10.0, 10.0]), np.array([200.0, np.nan, 0.0]), SHOCK)
    assert rate.tolist() == [pytest.approx(20.0), pytest.approx(10.0), pytest.approx(10 * 0.1**0.5)]
    assert ratio.tolist() == [pytest.approx(5.0946, rel=1e-3), pytest.approx(10.0), pytest.approx(5.0946, rel=1e-3)]

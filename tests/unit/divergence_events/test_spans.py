import numpy as np
import pytest

from tasks.divergence.shock import Series, mark_days, profile_rates
from tasks.divergence.spans import Span, runs, waves
from tests.evaluation.parameters import SHOCK
from tests.unit.divergence_events.series import grid


def _waves(counts: list[float]) -> list[tuple[int, int]]:
    made = grid({"a": counts})
    usual = profile_rates(made.followers, made.age_days, SHOCK)
    series = Series(made.change, made.change_span, made.followers, usual)
    found = mark_days(series, SHOCK)
    spans = [span for run in runs(found.marked, 2) for span in waves(series, found, run, SHOCK)]
    return [(span.first, span.last) for span in spans]


def _with(extra: dict[int, float], length: int = 80) -> list[float]:
    change = np.full(length, 10.0)
    change[0] = 10_000
    for day, more in extra.items():
        change[day] += more
    return [float(count) for count in np.cumsum(change)]


def test_runs_are_joined_over_short_gaps_and_never_over_accounts() -> None:
    """Marks on days 1, 3 and 8 are two runs with a gap of two allowed; another account is another run."""
    marked = np.zeros((2, 10), dtype=bool)
    marked[0, [1, 3, 8]] = True
    marked[1, 9] = True
    assert list(runs(marked, 2)) == [Span(0, 1, 3), Span(0, 8, 8), Span(1, 9, 9)]


@pytest.mark.parametrize("length", [1, 7, 30])
def test_a_steady_delivery_is_found_to_the_day(length: int) -> None:
    """100 a day for 1, 7 or 30 days begins and ends where it did."""
    extra = 200.0 if length == 1 else 100.0
    assert _waves(_with(dict.fromkeys(range(40, 40 + length), extra))) == [(40, 39 + length)]


def test_two_bursts_with_rest_between_are_two_waves() -> None:
    """500 on one day and 500 a week later are two events, not one that lasts a week."""
    assert _waves(_with({40: 500.0, 47: 500.0})) == [(40, 40), (47, 47)]


def test_a_burst_that_ebbs_is_one_wave() -> None:
    """1,000, 400 and 150 on three days running belong together."""
    assert _waves(_with({40: 1_000.0, 41: 400.0, 42: 150.0})) == [(40, 42)]

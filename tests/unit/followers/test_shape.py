import numpy as np
import pytest

from tasks.followers.cohort import Members, count_near, top_share
from tasks.followers.likelihood import CellCounts, log_ratios, smooth_cells
from tasks.followers.roster import roster
from tasks.followers.shape import cells, synchronicity, unlike_share
from tests.evaluation.parameters import SHAPE
from tests.unit.followers.people import arrivals


def _members(*sizes: int) -> Members:
    event = np.repeat(np.arange(len(sizes)), sizes)
    return Members(event, np.arange(len(event)), len(sizes))


def test_counts_fall_into_cells_by_their_edges() -> None:
    """0, 1 and 30 followers fall below 1, from 1 to 3, and from 30 to 100; unknown has a cell of its own."""
    people = roster(arrivals([0, 0, 0, 0], follower_followers_count=[0, 1, 30, None]))
    codes, width = cells(people, np.arange(4), "followers", SHAPE)
    assert codes.tolist() == [0, 1, 4, width - 1]


def test_groups_of_one_shape_are_not_unlike() -> None:
    """Half and half against half and half is 0, and a chance difference is allowed for."""
    same = unlike_share(np.array([[50.0, 50.0]]), np.array([[500.0, 500.0]]), np.array([0.1]))
    close = unlike_share(np.array([[53.0, 47.0]]), np.array([[500.0, 500.0]]), np.array([0.1]))
    assert same.tolist() == close.tolist() == [0.0]


def test_groups_without_overlap_are_wholly_unlike() -> None:
    """Everybody here and nobody there is 1 less what chance would give."""
    found = unlike_share(np.array([[1_000.0, 0.0]]), np.array([[0.0, 1_000.0]]), np.array([0.0]))
    chance = np.sqrt(2 / np.pi) * np.sqrt(0.25 * (1 / 1_000 + 1 / 1_000))
    assert found.tolist() == [pytest.approx(1 - chance)]


def test_usual_arrivals_in_the_cohort_do_not_hide_the_rest() -> None:
    """Half usual people make a distance of 0.5, and so a wholly unlike other half."""
    found = unlike_share(np.array([[50_000.0, 50_000.0]]), np.array([[0.0, 100_000.0]]), np.array([0.5]))
    assert found.tolist() == [pytest.approx(1.0, abs=0.01)]


def test_the_top_share_counts_any_window() -> None:
    """Of days 1, 2, 7.5 and 40 three lie within some 7 days; the second event has nobody."""
    members = Members(np.zeros(4, dtype=np.int64), np.arange(4), 2)
    found = top_share(members, np.array([1.0, 2.0, 7.5, 40.0]), 7.0)
    assert found[0] == 0.75
    assert np.isnan(found[1])


def test_neighbors_in_time_are_counted_within_the_event() -> None:
    """Of 1, 2, 9 the first two are within 3.5 days; the other event's 2 is alone."""
    assert count_near(_members(3, 1), np.array([1.0, 2.0, 9.0, 2.0]), 3.5).tolist() == [2, 2, 1, 1]


def test_synchronicity_is_the_chance_of_sharing_a_cell() -> None:
    """Cells of 3 and 1 among four: 3 x 2 of 4 x 3 ordered pairs; one member alone has no pair."""
    found = synchronicity(_members(4, 1), np.array([7, 7, 7, 9, 7]))
    assert found[0] == 0.5
    assert np.isnan(found[1])


def _ratios(cohort: list[float], before: list[float], usual_share: float) -> np.ndarray:
    """The ratios of one event with two cells, smoothed by five followers."""
    counted = np.array([cohort]), np.array([before])
    cells = CellCounts(np.empty(0, dtype=np.int64), *counted, *smooth_cells(*counted, 5.0))
    return log_ratios(cells, np.array([usual_share]), 5.0)


def test_the_past_is_the_norm_even_when_the_wave_is_the_majority() -> None:
    """Of 17,010 arrivals 17,000 are in a cell in which 1 % of the past was: that cell speaks for the wave."""
    ratios = _ratios([17_000.0, 10.0], [16.0, 1_584.0], 10 / 17_010)
    assert ratios[0, 0] == pytest.approx(np.log(100), abs=0.4)
    assert ratios[0, 1] < -4


def test_a_cohort_like_the_past_has_no_ratios() -> None:
    """The same shares before and in the event weigh nothing."""
    ratios = _ratios([300.0, 700.0], [900.0, 2_100.0], 0.1)
    assert np.abs(ratios).max() < 0.02

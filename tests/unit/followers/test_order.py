import numpy as np
import pandas as pd

from tasks.followers.order import order_figures, without_order
from tasks.followers.roster import roster
from tests.unit.followers.people import arrivals

LIMIT = 0.01


def test_an_order_without_contradiction_stands() -> None:
    """Four followers in the order in which they were seen violate nothing."""
    rows = arrivals([0, 0, 4, 5])
    audit = order_figures(roster(rows), LIMIT)
    assert audit[["checked_count", "violations_count"]].to_numpy().tolist() == [[4, 0]]
    assert audit["has_order"].tolist() == [True]


def test_nobody_can_be_created_after_being_seen() -> None:
    """One of four created two days after the reading that shows it is a violation share of a quarter."""
    rows = arrivals([0, 0, 4, 5])
    rows.loc[2, "follower_created_at"] = pd.Timestamp("2026-01-07", tz="UTC")
    audit = order_figures(roster(rows), LIMIT)
    assert audit["violation_share"].tolist() == [0.25]
    assert audit["has_order"].tolist() == [False]


def test_nobody_stands_before_those_seen_earlier() -> None:
    """A follower first seen on day 5 at a place older than one seen on day 4 contradicts the order."""
    rows = arrivals([0, 0, 5, 4], arrival_number=[0, 1, 2, 3])
    assert order_figures(roster(rows), LIMIT)["violations_count"].tolist() == [1]


def test_where_the_order_fails_rank_methods_are_off() -> None:
    """Without order there is no clock and the first reading's followers have no age; later ones keep theirs."""
    rows = arrivals([0, 0, 5, 4], arrival_number=[0, 1, 2, 3])
    people = roster(rows)
    off = without_order(people, order_figures(people, LIMIT))
    assert np.isnan(off.age).tolist() == [True, True, False, False]

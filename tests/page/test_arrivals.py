"""Followers counted a few at a time are counted as all of them are."""

import pandas as pd
import pytest

from tasks.page.arrival_map import build_arrival_map, count_alike, measure_spans, merge_counts, merge_spans
from tests.unit.followers.people import START, arrivals

FOLLOWERS = pd.concat(
    [
        arrivals([0, 0, 0, 2, 2], account_id="a", arrival_number=[0, 1, 50, 60, None]),
        arrivals([1, 1], account_id="b", follower_created_at=[pd.NaT, pd.Timestamp("2015-06-01", tz="UTC")]),
    ]
)
BLOCK = {"account_id": "a", "list_date": START, "first_rank": 1, "last_rank": 50}
YEARS = {"created_first_at": pd.Timestamp("2023-01-01", tz="UTC"), "created_last_at": START.tz_localize("UTC")}


@pytest.mark.parametrize("piece", [1, 2, 7])
def test_pieces_make_the_same_map(piece: int) -> None:
    """Of a's five, four have a place: two before any event, two of the first reading in the block; of b's two, one."""
    pieces = [FOLLOWERS.iloc[first : first + piece] for first in range(0, len(FOLLOWERS), piece)]
    spans, blocks = merge_spans([measure_spans(one) for one in pieces]), pd.DataFrame([BLOCK | YEARS])
    alike = merge_counts([count_alike(one, spans, blocks) for one in pieces])
    a, b = (build_arrival_map(alike[alike["account_id"] == account], []) for account in "ab")
    assert a is not None
    assert b is not None
    assert (2, 4, 1) == (a.places_each, a.followers_count, a.left_out_count)
    assert {"otherwise": 2, "in a block": 2} == {cells.kind: sum(cells.counts) for cells in a.cells}
    assert (1, 1, 1) == (b.places_each, b.followers_count, b.left_out_count)


def test_a_list_turned_round_is_drawn_from_its_oldest_follower_on() -> None:
    """Places 0, 1, 50 and 60 of a list that stood newest first are 60, 59, 10 and 0; two make a stretch."""
    mine = FOLLOWERS[FOLLOWERS["account_id"] == "a"]
    spans, blocks = measure_spans(mine), pd.DataFrame([BLOCK | YEARS])
    turned = count_alike(mine, spans.assign(is_turned=True), blocks)
    assert [0, 5, 29, 30] == sorted(turned["stretch"].dropna())
    assert 2 == turned.loc[turned["is_in_block"] == 1, "followers_count"].sum()


def test_a_list_in_no_order_is_not_drawn() -> None:
    """Its followers are counted alone."""
    mine = FOLLOWERS[FOLLOWERS["account_id"] == "a"]
    counts = count_alike(mine, measure_spans(mine).assign(has_order=False), pd.DataFrame([BLOCK | YEARS]))
    assert counts["stretch"].isna().all()
    assert 5 == counts["followers_count"].sum()


def test_nobody_makes_no_map() -> None:
    """Without a follower there is nothing to draw."""
    assert build_arrival_map(merge_counts([]), []) is None

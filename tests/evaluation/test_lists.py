"""Invented lists hold what they are labelled with, and each way of judging them is scored against that."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.list_worlds import KINDS, list_world
from tests.evaluation.lists import judged

KIND = {kind.name: kind for kind in KINDS}


def test_the_same_seed_is_the_same_list() -> None:
    """Kind and seed decide everything."""
    one, other = (list_world(KIND["several blocks"], 7) for _ in range(2))
    pd.testing.assert_frame_equal(one.followers, other.followers)
    assert (one.is_block == other.is_block).all()


@pytest.mark.parametrize("name", KIND)
def test_a_list_holds_what_it_is_labelled_with(name: str) -> None:
    """Blocks and stalls where the kind has some, nobody in both, and dates before the reading."""
    world = list_world(KIND[name], 3, 2_000)
    assert world.is_block.any() == bool(world.kind.blocks)
    assert world.is_stall.any() == bool(world.kind.stalls)
    assert not (world.is_block & world.is_stall).any()
    assert world.followers["created_at"].max() < pd.Timestamp("2026-01-01", tz="UTC")
    assert 300 <= len(list_world(KIND[name], 11).followers) <= 400_000


def test_a_list_is_scored_against_its_truth_with_both_rivals() -> None:
    """Ours finds the block beside two bursts of people; the stall alone takes them for blocks."""
    row = judged(list_world(KIND["block beside honest stalls"], 12, 4_000))
    assert row["ours precision"] >= 0.95
    assert row["ours recall"] >= 0.95
    assert row["stall alone precision"] <= 0.8
    assert 0 < row["histogram recall"] <= 1


def test_a_list_in_no_follow_order_accuses_nobody() -> None:
    """It is refused, and the block in it counts as not found."""
    row = judged(list_world(KIND["shuffled, with a block"], 12, 4_000))
    assert row["is_refused"]
    assert (row["ours wrong"], row["ours recall"]) == (0, 0)
    assert np.isnan(row["ours precision"])

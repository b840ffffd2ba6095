from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tasks.followers.lists import ListRefusedError
from tasks.followers.retrospective import retrospective
from tasks.followers.squeeze import near_counts
from tests.evaluation.parameters import RETROSPECTIVE

SHARED = Path(__file__).parents[3].parent / "shared" / "evaluation"
READ = pd.Timestamp("2026-11-01", tz="UTC")
real = pytest.mark.skipif(not SHARED.exists(), reason="the real lists beside the repository are absent")


def _list(rows: int = 1_000) -> pd.DataFrame:
    """An invented list: accounts up to 3,000 days old follow over 1,000 days."""
    random = np.random.default_rng(1)
    followed = np.sort(random.uniform(0, 1_000, rows))
    created = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(followed - random.uniform(0, 3_000, rows), "D")
    return pd.DataFrame({"rank": np.arange(rows), "follower_id": np.arange(rows) + 7, "created_at": created})


def _with_block(at: int = 600, size: int = 150, rows: int = 1_000) -> pd.DataFrame:
    """The same list, with a block in which everybody was created in March 2018."""
    followers = _list(rows)
    random = np.random.default_rng(2)
    block = pd.Timestamp("2018-03-01", tz="UTC") + pd.to_timedelta(random.uniform(0, 5, size), "D")
    followers.loc[at : at + size - 1, "created_at"] = block
    return followers


def test_a_list_without_a_block_has_none() -> None:
    """A thousand followers of all ages are no block."""
    assert retrospective(_list(), READ, RETROSPECTIVE).blocks.empty


def test_a_block_is_found_with_its_place_and_its_days() -> None:
    """150 followers created within five days, long before following one after the other, are one block."""
    blocks = retrospective(_with_block(), READ, RETROSPECTIVE).blocks
    assert len(blocks) == 1
    assert (blocks["first_rank"][0], blocks["last_rank"][0], blocks["members_count"][0]) == (600, 749, 150)


def test_a_block_that_is_most_of_the_list_is_found() -> None:
    """900 of 1,000, every second of the others a newcomer: the published method takes such a block for the norm."""
    followers = _with_block(50, 900)
    place = np.r_[np.arange(0, 50, 2), np.arange(950, 1_000, 2)]
    followers.loc[place, "created_at"] = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(place, "D")
    blocks = retrospective(followers, READ, RETROSPECTIVE).blocks
    assert 850 <= blocks["members_count"].sum() <= 900


def test_a_list_whose_order_nobody_can_tell_is_refused() -> None:
    """Of 1,000 with a block of 900 the clock moves eight times, as it does in a shuffled list (log 1,000 + 0.58)."""
    with pytest.raises(ListRefusedError, match="unusable"):
        retrospective(_with_block(50, 900), READ, RETROSPECTIVE)


def test_the_clock_bounds_the_follow() -> None:
    """Nobody follows before the latest creation among the older followers, nor after the next record."""
    followers, clock = _list(), retrospective(_list(), READ, RETROSPECTIVE).clock
    each = clock.loc[np.repeat(clock.index, clock["followers_count"])].reset_index(drop=True)
    assert len(followers) == len(each) == clock["dated_count"].sum()
    assert (each["followed_after"] >= followers["created_at"].dt.floor("us")).all()
    assert (each["followed_before"] > each["followed_after"]).all()
    assert clock["followed_after"].is_monotonic_increasing
    assert clock["followed_before"].iloc[-1] == READ


def test_followers_without_a_date_stand_on_the_clock_of_the_others() -> None:
    """Before the first known date nothing bounds them below; later they keep the clock as it is."""
    days = pd.Series(["2026-01-03", "2026-01-01", "2026-01-05"], dtype="datetime64[us, UTC]")
    created = pd.concat([pd.Series([pd.NaT], dtype=days.dtype), days.repeat([2, 1, 1])], ignore_index=True)
    created[2] = pd.NaT
    clock = retrospective(pd.DataFrame({"rank": range(5), "created_at": created}), READ, RETROSPECTIVE).clock
    assert [(1, 0), (3, 2), (1, 1)] == list(zip(clock["followers_count"], clock["dated_count"], strict=True))
    assert [True, False, False] == clock["followed_after"].isna().tolist()
    assert [*days[[0, 2]], READ] == clock["followed_before"].tolist()


def test_neighbors_are_counted_on_both_sides() -> None:
    """Of 1, 2, 90, 3 with one neighbor on each side, 1 and 2 are near each other."""
    assert near_counts(np.array([1.0, 2.0, 90.0, 3.0]), 1, 3.5).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_hundred_followers_are_too_few_to_search() -> None:
    """Of 100 rows the clock is given, no block, and the reason."""
    found = retrospective(_list(100), READ, RETROSPECTIVE)
    assert found.blocks.empty
    assert "100 followers are too few" in found.reason


def _holed(followers: pd.DataFrame) -> pd.DataFrame:
    return followers.drop(index=5)


@pytest.mark.parametrize(
    ("followers", "words"),
    [
        (_list().drop(columns="rank"), "no column rank"),
        (_list().iloc[:0], "is empty"),
        (_list().assign(rank=0), "ranks stand twice"),
        (_list().assign(rank=pd.array([None] * 1_000, "Int64")), "1000 followers have no rank"),
        (_holed(_list()), "Ranks have holes"),
        (_list().assign(follower_id=7), "999 follower ids stand twice"),
        (_list().assign(created_at=pd.Timestamp("2005-12-31", tz="UTC")), "before X began"),
        (_list().assign(created_at=pd.Timestamp("2027-01-01", tz="UTC")), "after the list was read"),
        (
            _list().assign(created_at=pd.Series(pd.NaT, index=range(1_000), dtype="datetime64[us, UTC]")),
            "No follower has a creation date",
        ),
    ],
)
def test_a_list_that_cannot_bear_a_judgement_is_refused_in_a_sentence(followers: pd.DataFrame, words: str) -> None:
    """Each kind of bad list is named, with what to do about it."""
    with pytest.raises(ListRefusedError, match=words) as refused:
        retrospective(followers, READ, RETROSPECTIVE)
    assert str(refused.value).endswith(".")


@real
def test_the_coordinated_block_of_a_real_list_is_found() -> None:
    """Precision and recall of the silver labels are at least 0.9; the unknown rows are left out."""
    followers = pd.read_parquet(SHARED / "follower_list_a.parquet").sort_values("rank", ignore_index=True)
    members = retrospective(followers, READ, RETROSPECTIVE).members
    found = pd.Series(np.isin(np.arange(len(followers)), np.concatenate(members)))
    is_block = followers["label"] == "coordinated"
    known = followers["label"] != "unknown"
    both = (found & is_block).sum()
    assert both / (found & known).sum() >= 0.9
    assert both / is_block.sum() >= 0.9


@real
@pytest.mark.parametrize("name", ["organic_followers_small", "organic_followers_newest500", "brand_newest_followers"])
def test_lists_without_coordination_have_no_block(name: str) -> None:
    """Neither small organic lists nor the inflow of a mass brand hold a block."""
    followers = pd.read_parquet(SHARED / f"{name}.parquet").rename(columns={"created_at_est": "created_at"})
    assert retrospective(followers, READ, RETROSPECTIVE).blocks.empty

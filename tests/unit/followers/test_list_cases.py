"""Lists of the kinds that went wrong in the field: each an invented one and, beside the repository, the one told of."""

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tasks.followers.lists import ListRefusedError
from tasks.reports.retrospective import (
    ListSearchParameters,
    RankedList,
    describe_lists,
    frame_reader,
    refuse_export,
    retrospective_reports,
    with_account_counts,
)
from tasks.schema.frames import empty_frame
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.follower_list import follower_pieces
from tests.evaluation.list_worlds import KINDS, PROFILES, ListWorld, list_world
from tests.evaluation.parameters import RETROSPECTIVE

CASES = Path(__file__).parents[3].parent / "shared" / "cases"
REAL = CASES.parent / "evaluation"
READ_ON = date(2026, 11, 28)
NUMBERS = ListSearchParameters(RETROSPECTIVE, 0.01)
KIND = {kind.name: kind for kind in KINDS}
cases = pytest.mark.skipif(not CASES.exists(), reason="the cases beside the repository are absent")
real = pytest.mark.skipif(not REAL.exists(), reason="the real lists beside the repository are absent")

Reports = tuple[pd.Series, pd.DataFrame, list[str]]


def _searched(followers: pd.DataFrame, listed_on: date = READ_ON) -> Reports:
    """The list's row, its blocks, and what is said of it."""
    ranked = followers.sort_values("rank", ignore_index=True)
    reader = frame_reader(ranked.rename(columns={name: f"follower_{name}" for name in PROFILES}))
    columns = ranked[["rank", "created_at"]]
    one = RankedList("1", "ada_l", pd.Timestamp(listed_on), "follower_list", columns, len(columns), 0, reader)
    reports = retrospective_reports(iter([one]), NUMBERS)
    lists, blocks = reports[FOLLOWER_LISTS.name], reports[PAST_BLOCKS.name]
    return lists.iloc[0], blocks, describe_lists(lists, blocks)


def _case(name: str) -> pd.DataFrame:
    """The case's rows, as an import reads them."""
    path = CASES / name
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return pa.concat_tables(follower_pieces(file, path.name)).to_pandas()  # type: ignore[arg-type]


def _real(name: str) -> pd.DataFrame:
    renamed = {"created_at_est": "created_at", "post_count": "posts_count", "like_count": "likes_count"}
    return pd.read_parquet(REAL / f"{name}.parquet").rename(columns=renamed)


def _inside(blocks: pd.DataFrame, ranks: pd.Series) -> np.ndarray:
    """Who stands between the first and the last of a block."""
    places = ranks.to_numpy()
    spans = zip(blocks["first_rank"], blocks["last_rank"], strict=True)
    return np.any(
        [(places >= first) & (places <= last) for first, last in spans] or [np.zeros(len(places), bool)], axis=0
    )


def _precision_recall(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    both = (found & truth).sum()
    return both / found.sum(), both / truth.sum()


def _is_unusable(reports: Reports) -> bool:
    """Nobody accused, nobody cleared, and the sentence says why."""
    row, blocks, said = reports
    sentence = " ".join(said)
    is_silent = blocks.empty and pd.isna(row["blocks_count"]) and "hold no" not in sentence
    return is_silent and row["list_reason"] == "out_of_order" and "unusable" in sentence


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"2026-11-28": 10_000}, "the account counted 10,000, so the list is not whole"),
        ({"2026-11-21": 10_000}, "the account counted 10,000, so the list is not whole"),
        ({"2026-11-20": 10_000}, None),
        ({"2026-11-29": 10_000}, None),
        ({"2026-11-26": 10_000, "2026-11-27": 1_111}, None),
        ({"2026-11-28": 1_112}, "the account counted 1,112, so the list is not whole"),
        ({"2026-11-28": 909}, "the account counted 909, so the list is of another day or of another account"),
        ({"2026-11-28": 910}, None),
        ({}, None),
    ],
)
def test_a_list_is_compared_with_the_accounts_own_count(counted: dict[str, int], said: str | None) -> None:
    """A thousand listed are about as many as 910 to 1,111 counted on that day or up to a week before; by hand."""
    row = {"account_id": "1", "list_date": pd.Timestamp(READ_ON), "listed_followers_count": 1_000}
    empty = empty_frame(FOLLOWER_LISTS)
    lists = pd.DataFrame([row], columns=list(empty.columns)).astype(empty.dtypes)
    days = [{"account_id": "1", "snapshot_date": pd.Timestamp(day), "followers_count": counted[day]} for day in counted]
    snapshots = empty_frame(ACCOUNT_SNAPSHOTS)
    rows = pd.DataFrame(days, columns=list(snapshots.columns)).astype(snapshots.dtypes)
    found = with_account_counts(lists, rows).iloc[0]
    assert (found["count_summary"] or "").startswith(said) if said else pd.isna(found["count_summary"])


@cases
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("truth/stalled_spread_block.csv", 2_500, 2_999), ("truth/young_block.csv", 2_500, 2_779)],
)
def test_a_block_of_the_field_is_found(name: str, first: int, last: int) -> None:
    """One block, precision and recall at least .9, whatever its creation dates."""
    rows = _case(name)
    _, blocks, _ = _searched(rows)
    assert len(blocks) == 1
    assert min(_precision_recall(_inside(blocks, rows["rank"]), rows["rank"].between(first, last).to_numpy())) >= 0.9


@pytest.mark.parametrize("kind", ["squeezed dates", "spread dates", "young accounts", "dates missing", "cut short"])
def test_an_invented_block_is_found(kind: str) -> None:
    """One block of 3,000 people's list, found whole and without others."""
    world = list_world(KIND[kind], 7, 3_000)
    row, blocks, _ = _searched(world.followers, date(2026, 1, 1))
    assert (len(blocks), row["blocks_count"]) == (1, 1)
    assert min(_precision_recall(_inside(blocks, world.followers["rank"]), world.is_block)) >= 0.95


@cases
def test_an_innocent_list_that_stands_newest_first_is_turned_round() -> None:
    """It says so, and holds no block."""
    row, blocks, said = _searched(_case("truth/newest_first_list.csv"))
    assert blocks.empty
    assert row["is_order_turned"]
    assert "turned round" in said[0]


@cases
def test_a_block_followed_at_the_same_time_whichever_way_its_list_stands() -> None:
    """The planted 200 followed in April 2020, in both orders."""
    both = ("files/planted-true-order.csv.gz", "files/planted-newest-first.csv.gz")
    found = [_searched(_case(place))[1] for place in both]
    for blocks in found:
        assert len(blocks) == 1
        assert 180 <= blocks["members_count"][0] <= 220
        assert blocks["block_followed_after"].dt.strftime("%Y-%m").tolist() == ["2020-04"]


def test_an_invented_list_turned_round_holds_the_same_block() -> None:
    """The same people, dates and days; ranks are those given, so they count from the other end."""
    world = list_world(KIND["spread dates"], 7, 3_000)
    turned = world.followers.assign(rank=world.followers["rank"].to_numpy()[::-1])
    (_, one, _), (row, other, said) = _searched(world.followers), _searched(turned)
    told = ["members_count", "created_first_at", "created_last_at", "block_followed_after", "block_followed_before"]
    pd.testing.assert_frame_equal(one[told], other[told])
    assert row["is_order_turned"]
    assert "turned round" in said[0]
    last = len(turned) - 1
    assert (other["first_rank"][0], other["last_rank"][0]) == (last - one["last_rank"][0], last - one["first_rank"][0])


@cases
def test_a_list_sorted_by_the_text_of_its_ids_is_unusable() -> None:
    """3,000 honest followers: nobody is accused, nobody cleared."""
    assert _is_unusable(_searched(_case("files/list-sorted-by-id-text.csv")))


@pytest.mark.parametrize("content", ["with a block", "quiet"])
@pytest.mark.parametrize("order", ["shuffled", "sorted by creation", "sorted by id text", "sorted by followers"])
def test_an_invented_list_in_no_follow_order_is_unusable(order: str, content: str) -> None:
    """Nobody is accused, nobody cleared."""
    assert _is_unusable(_searched(list_world(KIND[f"{order}, {content}"], 7, 3_000).followers))


@cases
def test_a_list_in_which_everybody_stands_twice_is_refused() -> None:
    """The export began again in the middle: 2,300 stand a second time."""
    with pytest.raises(ListRefusedError, match="2,300 followers stand twice"):
        refuse_export(_case("files/list-cursor-restarted-no-ids.csv"), READ_ON)


@pytest.mark.parametrize("dates", ["", "month"])
def test_an_invented_list_that_begins_again_is_refused(dates: str) -> None:
    """Its first 1,000 stand a second time at its end, also where creation is told to the month."""
    name = "dates cut to the month" if dates else "quiet"
    rows = list_world(KIND[name], 7, 3_000).followers
    again = pd.concat([rows, rows.iloc[:1_000]], ignore_index=True)
    refuse_export(rows, READ_ON)
    with pytest.raises(ListRefusedError, match="followers stand twice"):
        refuse_export(again.assign(rank=np.arange(len(again))), READ_ON)


def test_of_a_stretch_without_profiles_only_that_it_came_is_said() -> None:
    """An archive: nobody is accused, and the list is not cleared either."""
    world = list_world(KIND["no profiles"], 7, 3_000)
    row, blocks, said = _searched(world.followers)
    assert blocks.empty
    assert (row["blocks_count"], row["stretches_count"]) == (0, 1)
    assert abs(row["stretch_members_count"] - world.is_block.sum()) <= 0.1 * world.is_block.sum()
    assert "came in one stretch" in said[0]
    assert "what they are is not known" in said[0]
    assert "hold no" not in " ".join(said)


def test_people_who_came_within_hours_are_no_block() -> None:
    """Three bursts of people, as posts that took off bring them: told by their profiles."""
    world: ListWorld = list_world(KIND["honest stalls"], 7, 3_000)
    row, blocks, said = _searched(world.followers)
    assert blocks.empty
    assert row["stretches_count"] == 0
    assert "hold no coordinated block" in said[0]


@real
def test_the_block_of_a_real_list_is_found() -> None:
    """Precision and recall of the silver labels are at least .95; the unknown rows are left out."""
    rows = _real("follower_list_a")
    _, blocks, _ = _searched(rows)
    known, truth = (rows["label"] != "unknown").to_numpy(), (rows["label"] == "coordinated").to_numpy()
    assert min(_precision_recall(_inside(blocks, rows["rank"]) & known, truth)) >= 0.95


ORGANIC = ["organic_followers_small", "organic_followers_newest500", "brand_newest_followers"]


@real
@pytest.mark.parametrize("name", ORGANIC)
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_real_list_without_coordination_has_no_block(name: str, *, is_turned: bool) -> None:
    """Neither small organic lists nor the inflow of a mass brand hold one, whichever way they stand."""
    rows = _real(name)
    rows = rows.assign(rank=rows["rank"].max() - rows["rank"]) if is_turned else rows
    assert _searched(rows)[1].empty


@real
@pytest.mark.parametrize("name", ["follower_list_a", *ORGANIC])
@pytest.mark.parametrize("by", ["chance", "created_at"])
def test_a_real_list_in_no_follow_order_is_unusable(name: str, by: str) -> None:
    """Shuffled or sorted by creation: nobody is accused, nobody cleared."""
    rows = _real(name)
    rows = rows.sample(frac=1, random_state=3) if by == "chance" else rows.sort_values(by)
    assert _is_unusable(_searched(rows.assign(rank=np.arange(len(rows)))))


def test_without_lists_and_counts_there_is_nothing_to_compare() -> None:
    """As where an analytics export alone is imported: both tables are empty, and no exception ends the import."""
    nothing = with_account_counts(empty_frame(FOLLOWER_LISTS), empty_frame(ACCOUNT_SNAPSHOTS))
    assert 0 == len(nothing)

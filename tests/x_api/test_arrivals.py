from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.sources.x_api.arrivals import CountMoments, HeadReading, follower_arrivals
from tasks.sources.x_api.history import (
    ArrivalArrays,
    CountSeries,
    PriorFollowers,
    prior_followers,
    run_lengths,
    stop_point,
    usual_losses,
)
from tasks.sources.x_api.pages import RawPage
from tasks.sources.x_api.parse import parse_profiles
from tests.x_api.invented import DAY, FRANK, page, user

YESTERDAY = datetime(2026, 6, 30, 6, tzinfo=UTC)


def _listed(*pages: RawPage, **reading: Any) -> pd.DataFrame:  # noqa: ANN401 - any part of a reading
    """The arrivals on the pages of Frank's list."""
    head = HeadReading(**{"known": None, "is_complete": True, "overlap": 2, **reading})
    rows = follower_arrivals(parse_profiles(pages), {FRANK: head})
    refuse_problems(FOLLOWER_ARRIVALS, arrow(FOLLOWER_ARRIVALS, rows))
    return rows


def known(*oldest_first: int, **changed: Any) -> PriorFollowers:  # noqa: ANN401 - any part of it
    """Followers known since yesterday, with places from 0 on."""
    rows = _listed(page("followers", [user(number) for number in reversed(oldest_first)]))
    found = prior_followers(ArrivalArrays.of(rows), len(oldest_first), YESTERDAY)
    return PriorFollowers(**{**found.__dict__, **changed})


def _by_follower(rows: pd.DataFrame, column: str) -> dict[int, Any]:
    return {int(follower): value for follower, value in zip(rows["follower_id"], rows[column], strict=True)}


def test_a_baseline_numbers_from_its_oldest() -> None:
    """X lists the newest first; number 0 is the oldest."""
    rows = _listed(page("followers", [user(9), user(8)]), page("followers", [user(7)], sequence=1, token="t" * 16))
    assert {7: 0, 8: 1, 9: 2} == _by_follower(rows, "arrival_number")
    assert rows["is_baseline"].all()
    assert not rows["is_return"].any()
    assert {DAY.isoformat()} == {str(day.date()) for day in rows["first_seen_date"]}


def test_an_incomplete_baseline_has_no_numbers() -> None:
    """How many are older is unknown, so nobody has a place; the next day neither."""
    rows = _listed(page("followers", [user(9), user(8)]), is_complete=False)
    assert rows["arrival_number"].isna().all()
    next_day = prior_followers(ArrivalArrays.of(rows), None, None)
    assert next_day.highest_number is None
    assert _listed(page("followers", [user(10), user(9), user(8)]), known=next_day)["arrival_number"].isna().all()


def test_new_followers_go_on_from_the_highest_number() -> None:
    """Only the new ones are rows."""
    rows = _listed(page("followers", [user(21), user(20), user(3), user(2), user(1)]), known=known(1, 2, 3))
    assert {20: 3, 21: 4} == _by_follower(rows, "arrival_number")
    assert not rows["is_baseline"].any()


def test_who_comes_back_arrives_again() -> None:
    """A known follower above the point at which the known ones begin is an arrival, marked as a return."""
    rows = _listed(page("followers", [user(20), user(1), user(3), user(2)]), known=known(1, 2, 3))
    assert {1: True, 20: False} == _by_follower(rows, "is_return")
    assert {1: 3, 20: 4} == _by_follower(rows, "arrival_number")


def test_a_return_alone_is_seen() -> None:
    """One known id at the head, out of its stored order, is not the end of what is new."""
    rows = _listed(page("followers", [user(1), user(5), user(4)]), known=known(1, 2, 3, 4, 5))
    assert {1: True} == _by_follower(rows, "is_return")


def test_a_quiet_day_has_no_rows() -> None:
    """The head is as it was, also where somebody in between has left."""
    assert _listed(page("followers", [user(5), user(3), user(2)]), known=known(1, 2, 3, 4, 5)).empty


def test_everybody_left_and_others_came() -> None:
    """No known follower is on the pages: all are new, and the places go on."""
    rows = _listed(page("followers", [user(21), user(20)]), known=known(1, 2, 3))
    assert {20: 3, 21: 4} == _by_follower(rows, "arrival_number")


def test_after_a_baseline_of_nobody() -> None:
    """The first follower ever has number 0 and is no baseline."""
    rows = _listed(page("followers", [user(20)]), known=known())
    assert {20: 0} == _by_follower(rows, "arrival_number")
    assert not rows["is_baseline"].any()


def test_a_hidden_follower_turns_up_at_the_old_place() -> None:
    """It arrives, but neither the last reading nor younger followers bound when it followed."""
    pages = page("followers", [user(5), user(4), user(50), user(3)])
    rows = _listed(pages, known=known(3, 4, 5, latest_created_at=datetime(2025, 1, 1, tzinfo=UTC)))
    assert {50: False} == _by_follower(rows, "is_return")
    assert {50: pd.Timestamp("2020-03-01 10:00Z")} == _by_follower(rows, "followed_after")


def test_the_follow_lies_between_two_readings() -> None:
    """After the last complete reading without the follower, before the one that shows it."""
    rows = _listed(page("followers", [user(20), user(2), user(1)], sequence=3), known=known(1, 2))
    assert {20: pd.Timestamp(YESTERDAY)} == _by_follower(rows, "followed_after")
    assert {20: pd.Timestamp("2026-07-01 06:03Z")} == _by_follower(rows, "followed_before")


def test_nobody_follows_before_an_older_follower_exists() -> None:
    """Worked by hand: the running maximum of creation times, oldest first; an unknown one changes nothing."""
    people = [
        user(5, created_at="2019-01-01T00:00:00Z"),
        user(4, created_at=None),
        user(3, created_at="2024-05-05T00:00:00Z"),
        user(2, created_at="2012-01-01T00:00:00Z"),
        user(1, created_at=None),
    ]
    bounds = _by_follower(_listed(page("followers", people)), "followed_after")
    assert [None, "2012-01-01", "2024-05-05", "2024-05-05", "2024-05-05"] == [
        None if pd.isna(bounds[number]) else str(bounds[number].date()) for number in (1, 2, 3, 4, 5)
    ]


def test_older_followers_of_earlier_days_bound_too() -> None:
    """The newest creation time among the known ones counts, where no complete reading is later."""
    latest = datetime(2026, 6, 1, tzinfo=UTC)
    people = known(1, 2, last_complete_at=None, latest_created_at=latest)
    rows = _listed(page("followers", [user(20), user(2), user(1)]), known=people)
    assert {20: pd.Timestamp(latest)} == _by_follower(rows, "followed_after")


def test_who_stands_below_the_first_page_followed_before_it() -> None:
    """The second page arrived a minute later, but its followers are older than those of the first."""
    rows = _listed(page("followers", [user(9)]), page("followers", [user(8)], sequence=1, token="t" * 16))
    assert {pd.Timestamp("2026-07-01 06:00Z")} == set(rows["followed_before"])


def test_a_growing_head_repeats_nobody() -> None:
    """A follow between two pages shows one follower twice at the border: one row, in its first place."""
    rows = _listed(
        page("followers", [user(9), user(8)]), page("followers", [user(8), user(7)], sequence=1, token="t" * 16)
    )
    assert {7: 0, 8: 1, 9: 2} == _by_follower(rows, "arrival_number")


def test_a_list_begun_anew_is_one_list() -> None:
    """The later pass shows the order; who is in the first pass alone keeps the place behind the one before."""
    rows = _listed(
        page("followers", [user(8), user(70), user(6)]),
        page("followers", [user(9), user(8)], sequence=2),
        page("followers", [user(6), user(5)], sequence=3, token="t" * 16),
    )
    assert {5: 0, 6: 1, 70: 2, 8: 3, 9: 4} == _by_follower(rows, "arrival_number")


def test_a_profile_as_first_seen() -> None:
    """Both vocabularies, and what is absent stays null, except texts that X leaves out when they are empty."""
    said = user(1, username="maria1984", description="", location="Rome", most_recent_tweet_id="1346889436626259968")
    said["profile_image_url"] = "https://abs.example/sticky/default_profile_images/default_profile_normal.png"
    row = _listed(page("followers", [said])).iloc[0]
    assert (False, True, False, True) == tuple(
        row[f"has_{name}"] for name in ("description", "location", "url", "default_image")
    )
    assert (10, 20, 30, 1, 5) == tuple(
        row[f"follower_{name}_count"] for name in ("followers", "following", "posts", "listed", "likes")
    )
    assert (9, 4) == (row["handle_length_count"], row["handle_digits_count"])
    assert pd.Timestamp("2021-01-06 18:40:40.344Z") == row["follower_last_post_at"]


def test_a_bare_profile_is_null() -> None:
    """Only an id: nothing else is known, and nothing is zero."""
    row = _listed(page("followers", [{"id": "12", "public_metrics": None, "username": None}])).iloc[0]
    unknown = [name for name in row.index if name.startswith(("follower_", "handle_", "is_follower", "has_default"))]
    assert ["follower_id"] == [name for name in unknown if pd.notna(row[name])]


def test_a_field_not_asked_for_is_null() -> None:
    """A profile without a bio is one thing, a bio that nobody asked for another."""
    bare = replace(page("followers", [user(1)]), parameters={"user.fields": "id"})
    assert pd.isna(_listed(bare).iloc[0]["has_description"])


def test_no_list_no_rows() -> None:
    """An account without followers, and a day without pages."""
    assert _listed(page("followers", [])).empty
    assert follower_arrivals(parse_profiles([]), {}).empty


@pytest.mark.parametrize(
    ("ids", "runs", "stop"),
    [
        ([30, 5, 4, 3], [0, 1, 2, 3], 1),
        ([5, 30, 4, 3], [1, 0, 1, 2], 2),
        ([1, 5, 4], [1, 1, 2], 1),
        ([30, 31], [0, 0], 2),
        ([30, 5], [0, 1], 1),
        ([], [], 0),
    ],
)
def test_where_the_known_ones_begin(ids: list[int], runs: list[int], stop: int) -> None:
    """Two known followers in stored order end the head; one alone does only where the pages end."""
    listed_ids = np.array(ids, dtype=np.int64)
    people = known(1, 2, 3, 4, 5)
    assert runs == run_lengths(listed_ids, people).tolist()
    assert stop == stop_point(listed_ids, people, 2)


def test_a_follower_who_came_back_ranks_where_it_came_back() -> None:
    """On the day after its return it stands in order at the head."""
    first = _listed(page("followers", [user(2), user(1)]))
    second = _listed(page("followers", [user(1), user(2)]), known=prior_followers(ArrivalArrays.of(first), 2, None))
    both = prior_followers(ArrivalArrays.of(pd.concat([first, second])), 2, None)
    assert [2, 1] == both.ranks_of(np.array([1, 2])).tolist()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({1: 100, 2: 102, 3: 101}, 2),
        ({1: 100, 2: 102}, 3),
        ({1: 100, 3: 101}, 0),
        ({3: 101}, 0),
        ({}, 0),
        ({1: 100, 2: 110}, 0),
        ({1: 100, 2: 102, 3: 101, 4: 101, 5: 101, 6: 50}, 2),
    ],
)
def test_losses_are_arrivals_without_a_rise(counts: dict[int, int], expected: int) -> None:
    """Five came on day 2 and one on day 3: with counts of 100, 102, 101 three and two have left; a gap tells nothing.

    Of the losses 0, 0, 2, 3 and 51 the usual one is the middle one, 2: not that of the purge.
    """
    first_seen = np.array([f"2026-06-{day:02d}" for day in (1, 2, 2, 2, 2, 2, 3)], dtype="datetime64[D]")
    days = np.array([f"2026-06-{day:02d}" for day in counts], dtype="datetime64[D]")
    assert expected == usual_losses(first_seen, CountSeries(days, np.array(list(counts.values()), dtype=np.float64)))


def _counts(*by_day: int) -> CountMoments:
    """Counts at six in the morning of each day, the last of them on the day of the reading."""
    last = datetime(DAY.year, DAY.month, DAY.day, 6, tzinfo=UTC)
    days = [last - timedelta(days=len(by_day) - 1 - place) for place in range(len(by_day))]
    return CountMoments.of(pd.DataFrame({"observed_at": days, "followers_count": by_day}))


def test_a_list_read_in_part_is_dated_by_the_counts_before_it() -> None:
    """Of 8 followers the newest is the 8th: 7 followed yesterday, 4 the day before, 3 before that.

    So the newest came today, three came yesterday, one the day before, and the others before the first count.
    """
    listed = [page("followers", [user(number) for number in (19, 18, 17, 16, 15, 14, 13)])]
    rows = _listed(*listed, is_complete=False, counts=_counts(3, 4, 7, 8))
    days_ago = {follower: (DAY - at.date()).days for follower, at in _by_follower(rows, "followed_before").items()}
    assert {19: 0, 18: 1, 17: 1, 16: 1, 15: 2, 14: 3, 13: 3} == days_ago
    assert {13, 14} == {follower for follower, is_so in _by_follower(rows, "is_baseline").items() if is_so}
    after = {follower: (DAY - at.date()).days for follower, at in _by_follower(rows, "followed_after").items()}
    assert {19: 1, 18: 2, 17: 2, 16: 2, 15: 3} == {number: after[number] for number in (19, 18, 17, 16, 15)}


def test_nobody_is_dated_before_the_account_existed() -> None:
    """An account created after a count did not follow before it, whatever its place says; nor did anybody newer."""
    noon_before = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) - timedelta(days=1)
    young = {**user(15), "created_at": noon_before.isoformat().replace("+00:00", "Z")}
    listed = [page("followers", [user(17), user(16), young, user(14)])]
    rows = _listed(*listed, is_complete=False, counts=_counts(3, 4, 7, 8))
    days_ago = {follower: (DAY - at.date()).days for follower, at in _by_follower(rows, "followed_before").items()}
    assert {17: 0, 16: 0, 15: 0, 14: 1} == days_ago


def test_a_list_read_to_its_end_is_not_dated_by_counts() -> None:
    """Its places are numbers, and its blocks are looked for in it."""
    listed = [page("followers", [user(19), user(18)])]
    assert _listed(*listed).equals(_listed(*listed, counts=_counts(1, 2)))

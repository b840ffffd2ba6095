"""What is noted of followers while they pass."""

import pandas as pd

from tasks.followers.notes import ActorNote, PostingNote
from tasks.followers.roster import roster
from tests.unit.followers.people import START, arrivals

NOBODY = pd.DataFrame({"account_id": pd.Series(dtype="str"), "follower_id": pd.Series(dtype="int64")})
NOT_GONE = NOBODY.assign(departed_date=pd.Series(dtype="datetime64[s]"))
FIRST = 20_454
"""Days from 1970 to 2026-01-01."""


def _posted(days_before: list[int | None]) -> list[pd.Timestamp | None]:
    first = START.tz_localize("UTC")
    return [None if days is None else first - pd.Timedelta(days=days) for days in days_before]


def _steps(found: pd.DataFrame) -> list[tuple[int, int, int]]:
    rows = found[found["followers_delta"] != 0][["follower_id", "posting_day", "followers_delta"]]
    return sorted((int(who), int(day) - FIRST, int(delta)) for who, day, delta in rows.to_numpy())


def test_followers_count_from_being_seen_until_their_last_post_is_too_old() -> None:
    """Two posted on the day they were seen and count 11 days, one posted long ago, of one nothing is known."""
    rows = arrivals([0, 0, 0, 0], follower_last_post_at=_posted([0, 0, 50, None]))
    assert [(-1, 0, 2), (-1, 11, -2)] == _steps(PostingNote(NOT_GONE, 10)(roster(rows), NOBODY))


def test_who_was_found_gone_counts_no_longer() -> None:
    """Follower 2 was found gone on day 3, and again on day 7: the first time counts."""
    rows = arrivals([0, 0], follower_last_post_at=_posted([0, 0]))
    gone = pd.DataFrame({"account_id": "a", "follower_id": [2, 2], "departed_date": [START, START]})
    gone["departed_date"] += pd.to_timedelta([7, 3], "D")
    assert [(-1, 0, 2), (-1, 3, -1), (-1, 11, -1)] == _steps(PostingNote(gone, 10)(roster(rows), NOBODY))


def test_judged_followers_stand_under_their_own_name() -> None:
    """Follower 2 arrived in an event: how much of it counts is not known before the verdict."""
    rows = arrivals([0, 1], follower_last_post_at=_posted([0, 0]))
    judged = pd.DataFrame({"account_id": ["a"], "follower_id": [2]})
    expected = [(-1, 0, 1), (-1, 11, -1), (2, 1, 1), (2, 11, -1)]
    assert expected == _steps(PostingNote(NOT_GONE, 10)(roster(rows), judged))


def test_who_comes_back_is_one_follower() -> None:
    """Follower 7 was seen on day 0 and came back on day 2: it counts from day 0 on, once."""
    rows = arrivals([0, 2], follower_id=[7, 7], follower_last_post_at=_posted([0, -2]))
    assert [(-1, 0, 1), (-1, 11, -1)] == _steps(PostingNote(NOT_GONE, 10)(roster(rows), NOBODY))


def test_an_account_of_which_no_post_is_known_has_no_row() -> None:
    """Of account a no last post is known; of b one is known and too old, which is 0 and not unknown."""
    rows = pd.concat([arrivals([0]), arrivals([0], account_id="b", follower_last_post_at=_posted([50]))])
    found = PostingNote(NOT_GONE, 10)(roster(rows), NOBODY)
    assert ({"b"}, 0) == (set(found["account_id"]), found["followers_delta"].sum())


def test_acquaintances_are_those_who_acted_and_the_first_of_each_list() -> None:
    """Of a's followers 1 to 3 the third acted; a stranger's 99 and b's action on a's list are not noted."""
    acted = pd.DataFrame({"account_id": ["a", "a", "c"], "actor_id": pd.array([3, 99, 2], dtype="Int64")})
    rows = pd.concat([arrivals([0, 0, 4]), arrivals([5], account_id="b", follower_id=3)])
    found = ActorNote(acted)(roster(rows), NOBODY)
    assert [("a", 1), ("a", 3), ("b", 3)] == list(zip(found["account_id"], found["follower_id"], strict=True))
    assert [0, 4, 5] == (found["first_seen_date"] - START).dt.days.tolist()

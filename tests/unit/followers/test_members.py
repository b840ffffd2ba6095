import pandas as pd

from tasks.followers.report import MemberParameters, community_members, pseudonym
from tests.unit.followers.people import START, arrivals

AS_OF = START + pd.Timedelta(days=40)
NOBODY = pd.DataFrame({"account_id": [], "follower_id": [], "unexplained_probability": []}).astype(
    {"account_id": "str", "follower_id": "int64"}
)


def _acts(*rows: tuple[int, int, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["actor_id", "day", "kind"])
    dates = START + pd.to_timedelta(frame["day"], unit="D")
    return frame.assign(account_id="a", engaged_date=dates.astype("datetime64[s]"))


def _members(acts: pd.DataFrame, followers: int, secret: str | None = None) -> pd.DataFrame:
    parameters = MemberParameters(core_days_count=3, secret=secret)
    return community_members(acts, arrivals([0] * followers), NOBODY, pd.DatetimeIndex([AS_OF]), parameters)


def test_members_are_those_who_acted_in_28_days() -> None:
    """Follower 1 acts on three days, stranger 99 once, follower 2 long ago, and 3 mentions the account."""
    acts = _acts(
        (1, 20, "like"), (1, 21, "reply"), (1, 22, "like"), (99, 30, "like"), (2, 3, "like"), (3, 30, "mention")
    )
    found = _members(acts, 3)
    assert found["member_id"].tolist() == ["1", "3", "99"]
    assert found["is_core"].tolist() == [True, False, False]
    assert found["is_follower"].tolist() == [True, True, False]
    assert found["member_actions_count_28d"].tolist() == [3, 1, 1]


def test_silent_arrivals_do_not_move_the_community() -> None:
    """The list is the same with 3 followers and with 3,000."""
    acts = _acts((1, 20, "like"), (2, 30, "like"))
    pd.testing.assert_frame_equal(_members(acts, 3), _members(acts, 3_000))


def test_a_pseudonym_is_stable_for_an_account_and_tells_nothing_across() -> None:
    """The same person has one name at one account and another at the next; without a secret the id stands."""
    assert pseudonym("a", 7, "s") == pseudonym("a", 7, "s") != pseudonym("b", 7, "s")
    assert len(pseudonym("a", 7, "s")) == 16
    assert pseudonym("a", 7, None) == "7"


def test_each_day_has_its_own_window_and_its_own_followers() -> None:
    """Of two acts of 1 on days 0 and 27 the first leaves the window on day 28; 1 is seen to follow on day 29.

    2 acts on day 30, and follows nobody; nobody was seen to follow before day 29, so till then it is not known.
    """
    acts = _acts((1, 0, "like"), (1, 27, "reply"), (1, 27, "like"), (2, 30, "like"))
    days = pd.date_range(START + pd.Timedelta(days=27), START + pd.Timedelta(days=30))
    parameters = MemberParameters(core_days_count=2, secret=None)
    found = community_members(acts, arrivals([29]), NOBODY, days, parameters)
    assert ["1", "1", "1", "1", "2"] == found["member_id"].tolist()
    assert [27, 28, 29, 30, 30] == (found["report_date"] - START).dt.days.tolist()
    assert [3, 2, 2, 2, 1] == found["member_actions_count_28d"].tolist()
    assert [2, 1, 1, 1, 1] == found["member_days_count_28d"].tolist()
    assert [True, False, False, False, False] == found["is_core"].tolist()
    assert [27, 27, 27, 27, 30] == (found["member_last_date"] - START).dt.days.tolist()
    assert [None, None, True, True, False] == [None if pd.isna(one) else one for one in found["is_follower"]]

"""What the counts say, day by day, by hand-worked cases."""

import pandas as pd
import pytest

from tasks.reports.account_days import account_days
from tasks.reports.accounts import accounts_table
from tasks.reports.inputs import StagedInputs, first_provisional_days, map_provisional_ids, replace_provisional_ids
from tasks.schema.frames import empty_frame
from tasks.schema.judgement_tables import LIST_PROFILES
from tasks.schema.staged import (
    ACCOUNT_ACTIVITY,
    ACCOUNT_SNAPSHOTS,
    ACCOUNT_SPEND,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    POSTS,
    READINGS,
)
from tests.unit.frames import rows, values


def _snapshot(day: str, followers: int, source: str = "x_api", account: str = "1") -> dict[str, object]:
    return {
        "account_id": account,
        "snapshot_date": day,
        "source": source,
        "handle": "ada",
        "observed_at": f"{day}T02:15:00Z",
        "followers_count": followers,
        "is_estimated": source == "analytics_csv",
    }


def _reading(day: str, status: str = "complete", reason: str | None = None) -> dict[str, object]:
    return {
        "account_id": "1",
        "snapshot_date": day,
        "subject": "followers",
        "observation_level": "full",
        "status": status,
        "reading_reason": reason,
        "pages_count": 1,
        "objects_count": 20,
    }


def _arrival(follower: int, day: str, *, is_baseline: bool = False) -> dict[str, object]:
    return {
        "account_id": "1",
        "follower_id": follower,
        "first_seen_date": day,
        "source": "x_api",
        "observed_at": f"{day}T02:15:00Z",
        "is_baseline": is_baseline,
        "is_return": False,
    }


def _activity(day: str, new: int, lost: int, made: str = "2025-03-21") -> dict[str, object]:
    return {
        "account_id": "@ada",
        "activity_date": day,
        "source": "analytics_csv",
        "handle": "ada",
        "observed_at": f"{made}T00:00:00Z",
        "new_followers_count": new,
        "lost_followers_count": lost,
        "day_impressions_count": 100,
    }


def _observed(**tables: pd.DataFrame) -> StagedInputs:
    nothing_read = {
        "snapshots": empty_frame(ACCOUNT_SNAPSHOTS),
        "activity": empty_frame(ACCOUNT_ACTIVITY),
        "arrivals": empty_frame(FOLLOWER_ARRIVALS),
        "posts": empty_frame(POSTS),
        "engagements": empty_frame(ENGAGEMENTS),
        "readings": empty_frame(READINGS),
    }
    return StagedInputs(**(nothing_read | tables))


CHANGES = [
    "report_date",
    "followers_count",
    "followers_delta",
    "new_followers_count",
    "lost_followers_count",
    "counts_reason",
]


def test_read_counts_and_arrivals_give_new_and_lost_followers() -> None:
    """Six arrivals against a rise of four mean that two were lost; the first reading knows no change."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100), _snapshot("2026-07-02", 104)),
        readings=rows(READINGS, _reading("2026-07-01"), _reading("2026-07-02")),
        arrivals=rows(
            FOLLOWER_ARRIVALS,
            _arrival(9, "2026-07-01", is_baseline=True),
            *(_arrival(follower, "2026-07-02") for follower in range(6)),
        ),
    )
    expected = [("2026-07-01", 100, None, None, None, None), ("2026-07-02", 104, 4, 6, 2, None)]
    assert expected == values(account_days(observed), CHANGES)


def test_a_day_on_which_nothing_was_read_stands_empty() -> None:
    """A missed day has no count and says so, and the day after has no change, since from where is unknown."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100), _snapshot("2026-07-03", 109)),
        readings=rows(READINGS, _reading("2026-07-01"), _reading("2026-07-03")),
        arrivals=rows(FOLLOWER_ARRIVALS, _arrival(1, "2026-07-03")),
    )
    expected = [
        ("2026-07-01", 100, None, None, None, None),
        ("2026-07-02", None, None, None, None, "not_observed"),
        ("2026-07-03", 109, None, None, None, None),
    ]
    assert expected == values(account_days(observed), CHANGES)


def test_a_list_read_in_part_does_not_tell_how_many_are_new() -> None:
    """A reading that stopped early gives no number of new followers, and the row carries the reason."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100), _snapshot("2026-07-02", 900)),
        readings=rows(READINGS, _reading("2026-07-01"), _reading("2026-07-02", "partial", "budget")),
        arrivals=rows(FOLLOWER_ARRIVALS, _arrival(1, "2026-07-02")),
    )
    days = account_days(observed)
    assert ("2026-07-02", 900, 800, None, None, None) == values(days, CHANGES)[1]
    assert [("complete", None), ("partial", "budget")] == values(days, ["followers_status", "unread_reason"])


def test_fewer_arrivals_than_the_rise_leave_the_losses_unknown() -> None:
    """When count and list disagree nobody was lost a negative number of times."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100), _snapshot("2026-07-02", 104)),
        readings=rows(READINGS, _reading("2026-07-01"), _reading("2026-07-02")),
        arrivals=rows(FOLLOWER_ARRIVALS, _arrival(1, "2026-07-02")),
    )
    assert ("2026-07-02", 104, 4, 1, None, None) == values(account_days(observed), CHANGES)[1]


def test_an_export_without_anchor_gives_changes_and_no_count() -> None:
    """New follows and unfollows are reported as stated, the absolute count stays unknown."""
    observed = _observed(activity=rows(ACCOUNT_ACTIVITY, _activity("2025-03-19", 5, 1), _activity("2025-03-20", 0, 2)))
    expected = [("2025-03-19", None, 4, 5, 1, "no_anchor"), ("2025-03-20", None, -2, 0, 2, "no_anchor")]
    assert expected == values(account_days(observed), CHANGES)


def test_the_later_export_wins() -> None:
    """X revises recent days: of two exports that state a day, the one made later stands."""
    observed = _observed(
        activity=rows(
            ACCOUNT_ACTIVITY,
            _activity("2025-03-20", 9, 0, made="2025-04-01"),
            _activity("2025-03-20", 5, 0, made="2025-03-21"),
        )
    )
    assert [(9,)] == values(account_days(observed), ["new_followers_count"])


def test_what_count_and_export_do_not_agree_on_is_said() -> None:
    """A count that rose by seven on a day for which the export states five new and one lost leaves three open."""
    ids = {"@ada": "1"}
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2025-03-18", 100), _snapshot("2025-03-19", 107)),
        activity=replace_provisional_ids(rows(ACCOUNT_ACTIVITY, _activity("2025-03-19", 5, 1)), ids),
    )
    names = ["followers_delta", "new_followers_count", "lost_followers_count", "unaccounted_followers_delta"]
    assert (7, 5, 1, 3) == values(account_days(observed), names)[1]


def test_what_x_answered_stands_before_what_was_rebuilt() -> None:
    """Of a count read and a count rebuilt from an anchor, the read one is reported."""
    snapshots = rows(
        ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 98, "analytics_csv"), _snapshot("2026-07-01", 100, "x_api")
    )
    days = account_days(_observed(snapshots=snapshots))
    assert [(100, "x_api", False)] == values(days, ["followers_count", "counts_source", "is_estimated"])


def test_the_order_of_rows_changes_nothing() -> None:
    """Staged rows come from many files in any order."""
    snapshots = rows(
        ACCOUNT_SNAPSHOTS,
        *(_snapshot(f"2026-07-{day:02}", 100 + day, account=who) for day in (1, 2, 3) for who in "12"),
    )
    forward = account_days(_observed(snapshots=snapshots))
    backward = account_days(_observed(snapshots=snapshots.iloc[::-1].reset_index(drop=True)))
    pd.testing.assert_frame_equal(forward, backward)


def test_an_export_joins_its_account_once_the_id_is_known() -> None:
    """Rows imported under a handle are rows of the account that X later names with that handle."""
    snapshots = rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100, account="4242"))
    activity = rows(ACCOUNT_ACTIVITY, _activity("2026-06-30", 1, 0))
    ids = map_provisional_ids(snapshots, first_provisional_days(snapshots, activity))
    assert {"@ada": "4242"} == ids
    days = account_days(_observed(snapshots=snapshots, activity=replace_provisional_ids(activity, ids)))
    assert [("4242", "2026-06-30"), ("4242", "2026-07-01")] == values(days, ["account_id", "report_date"])


@pytest.mark.parametrize(
    ("read", "owner"),
    [
        ([("7", "2026-10-20", "2026-10-05T00:00:00Z")], None),
        ([("7", "2026-10-20", "2009-10-05T00:00:00Z")], "7"),
        ([("7", "2026-10-20", None)], "7"),
        ([("6", "2026-08-01", "2009-01-01T00:00:00Z"), ("7", "2026-10-20", "2026-10-05T00:00:00Z")], "6"),
        ([("6", "2026-08-01", "2009-01-01T00:00:00Z"), ("7", "2026-10-20", "2009-10-05T00:00:00Z")], "6"),
        ([("6", "2026-07-01", "2009-01-01T00:00:00Z"), ("7", "2026-08-20", "2009-10-05T00:00:00Z")], "7"),
    ],
    ids=[
        "a stranger",
        "the account",
        "age unknown",
        "taken over by a stranger",
        "taken over later",
        "taken over before",
    ],
)
def test_a_handle_is_no_identity(read: list[tuple[str, str, str | None]], owner: str | None) -> None:
    """Counts of September under @ada are of who had that handle then, never of an account created in October."""
    snapshots = rows(
        ACCOUNT_SNAPSHOTS,
        _snapshot("2026-09-01", 5_136, source="counts_csv", account="@ada"),
        *(_snapshot(day, 3, account=account) | {"account_created_at": created} for account, day, created in read),
    )
    first_days = first_provisional_days(snapshots, rows(ACCOUNT_ACTIVITY))
    assert owner == map_provisional_ids(snapshots, first_days).get("@ada")


def test_an_account_without_a_handle_harms_nobody() -> None:
    """Posts staged without a name stand under the account's id, and other accounts are reported as ever."""
    post = {"account_id": "@ada", "post_id": 1, "snapshot_date": "2026-07-01", "source": "content_csv"}
    post |= {"observed_at": "2026-07-01T00:00:00Z", "created_at": "2026-06-01T00:00:00Z"}
    days = account_days(
        _observed(snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 9)), posts=rows(POSTS, post))
    )
    assert [("1", "ada"), ("@ada", "ada")] == values(days, ["account_id", "handle"])


def test_of_two_downloads_of_one_day_the_one_that_counted_more_stands() -> None:
    """Both reach to March 20; in one the day has 100 impressions, in the other 160: that one was made later."""
    first, later = _activity("2025-03-20", 5, 0), _activity("2025-03-20", 7, 1) | {"day_impressions_count": 160}
    for order in ((first, later), (later, first)):
        days = account_days(_observed(activity=rows(ACCOUNT_ACTIVITY, *order)))
        assert [(7, 1)] == values(days, ["new_followers_count", "lost_followers_count"])


def test_the_accounts_table_holds_what_was_last_known() -> None:
    """One row per account: first and last day, days read, the latest count that is known."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-01", 100), _snapshot("2026-07-03", 109)),
        readings=rows(READINGS, _reading("2026-07-04", "refused", "protected")),
    )
    names = ["account_id", "first_report_date", "last_report_date", "report_days_count", "followers_count"]
    assert [("1", "2026-07-01", "2026-07-04", 2, 109)] == values(
        accounts_table(account_days(observed), empty_frame(LIST_PROFILES)), names
    )


def test_spending_stands_on_its_day_and_nowhere_else() -> None:
    """Two days read for 0.25 and for nothing, the one between not at all: 0 is what was paid, null is not asked."""
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, _snapshot("2026-07-10", 100), _snapshot("2026-07-12", 100)),
        spend=rows(
            ACCOUNT_SPEND,
            {"account_id": "1", "spend_date": "2026-07-10", "spent_usd": 0.25},
            {"account_id": "1", "spend_date": "2026-07-12", "spent_usd": 0.0},
        ),
    )
    assert [(0.25,), (None,), (0.0,)] == values(account_days(observed), ["spent_usd"])


def test_the_part_of_a_jump_that_was_seen_is_counted() -> None:
    """A first list has no arrivals; then two come, nobody, five of a jump before the budget ends, and a day fails."""
    counts = [100, 102, 102, 900, 900]
    days = [f"2026-07-{day:02}" for day in range(10, 15)]
    statuses = [("complete", None), ("complete", None), ("complete", None), ("partial", "budget"), ("failed", "fault")]
    arrived = [_arrival(1, days[0], is_baseline=True)]
    arrived += [_arrival(10 + number, days[1]) for number in range(2)]
    arrived += [_arrival(20 + number, days[3]) for number in range(5)]
    observed = _observed(
        snapshots=rows(ACCOUNT_SNAPSHOTS, *(_snapshot(day, count) for day, count in zip(days, counts, strict=True))),
        readings=rows(READINGS, *(_reading(day, *told) for day, told in zip(days, statuses, strict=True))),
        arrivals=rows(FOLLOWER_ARRIVALS, *arrived),
    )
    expected = [(None,), (2,), (0,), (5,), (None,)]
    assert expected == values(account_days(observed), ["listed_arrivals_count"])

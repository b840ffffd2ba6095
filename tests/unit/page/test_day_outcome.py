"""How a day went: which accounts were not read, and what an operator is told to do about each."""

from datetime import date

import pandas as pd
import pytest

from tasks.page.day_outcome import (
    OUTCOME_COLUMNS,
    account_outcomes,
    outcome_line,
    outcome_rows,
    unread_sentence,
    unread_share,
)
from tasks.page.messages import budget_messages, digest_id, failure_message, missed_message
from tasks.sources.reading import Reading

DAY = date(2026, 7, 16)


def reading(account: str, subject: str = "counts", reason: str | None = None) -> Reading:
    """A reading that got to its end, or did not."""
    return Reading(account, subject, "refused" if reason else "complete", reason, 1, 1)


def test_three_bad_accounts_among_a_thousand_are_named_with_what_to_do() -> None:
    """One deleted, one suspended, one that X did not answer for: three rows lead, 3 of 1,000 is no failed day."""
    bad = [
        reading("@gone", reason="not_found"),
        reading("@sue", reason="suspended"),
        reading("7", reason="fault"),
    ]
    outcomes = account_outcomes([*(reading(f"{number}") for number in range(1000, 1997)), *bad])
    assert 0.003 == pytest.approx(unread_share(outcomes))
    assert "not read: @gone counts (not_found), @sue counts (suspended), 7 counts (fault)" == unread_sentence(outcomes)
    rows = outcome_rows(outcomes, pd.DataFrame(columns=list(OUTCOME_COLUMNS)), {"7": "@ann"})
    assert 1000 == len(rows)
    actions = {row["account"]: row["what to do"] for row in rows if row["outcome"] == "not read"}
    assert {"@gone", "@sue", "@ann"} == set(actions)
    assert "correct the handle" in str(actions["@gone"])
    assert "run daily again today" in str(actions["@ann"])


def test_a_list_that_the_budget_cuts_is_partly_read() -> None:
    """Counts were read, so the account does not count as unread; what is left is named with its reason."""
    outcomes = account_outcomes([reading("1"), reading("1", "followers", "budget"), reading("2")])
    assert 0 == unread_share(outcomes)
    assert "not read: 1 followers (budget)" == unread_sentence(outcomes)


def test_a_lower_level_is_not_missing() -> None:
    """A follower list that X's access level does not allow (403), and a sample of the size that was wanted."""
    outcomes = account_outcomes([reading("1"), reading("1", "followers", "forbidden"), reading("1", "posts", "level")])
    assert "" == unread_sentence(outcomes)


def test_an_account_is_one_line_with_its_numbers() -> None:
    """Count, change, pages and dollars, as they stand in the report of the day."""
    days = pd.DataFrame([("1", pd.Timestamp(DAY), 18_600, 16_991, 0.05)], columns=list(OUTCOME_COLUMNS))
    outcomes = account_outcomes([reading("1"), reading("1", "followers", "budget")])
    (row,) = outcome_rows(outcomes, days, {"1": "@frank"})
    assert (
        "@frank: partly read (followers: the day's budget was spent; raise [budget] in pipeline.toml, or lower the "
        "account's level in accounts.toml); 18,600 followers, +16,991; pages 2, $0.05"
    ) == outcome_line(row)


@pytest.mark.parametrize(
    ("spent", "expected"),
    [
        (3.9, []),
        (4.0, ["80 % of the budget of 2026-07-16 is spent"]),
        (5.0, ["100 % of the budget of 2026-07-16 is spent"]),
    ],
)
def test_a_budget_is_told_at_its_shares(spent: float, expected: list[str]) -> None:
    """Of $5 a day four are 80 %; the month of $60, with what was spent on the first, is far from it."""
    dates = pd.to_datetime(["2026-07-01", "2026-07-16"])
    spend = pd.DataFrame({"spend_date": dates, "price_usd": [5.0, spent]})
    messages = budget_messages(spend, {"day": 5.0, "month": 60.0}, (0.8, 1.0), DAY)
    assert expected == [message.subject for message in messages]


def test_the_month_is_told_beside_the_day() -> None:
    """$48 of $60 since the first of the month; what was spent in June is not of it."""
    dates = pd.to_datetime(["2026-06-30", "2026-07-01", "2026-07-16"])
    spend = pd.DataFrame({"spend_date": dates, "price_usd": [50.0, 47.0, 1.0]})
    (message,) = budget_messages(spend, {"day": 5.0, "month": 60.0}, (0.8, 1.0), DAY)
    assert "80 % of the budget of 2026-07 is spent" == message.subject
    assert "$48.00 of $60.00" in message.text


def test_missed_days_are_told_again_only_when_another_was_missed() -> None:
    """The message is known by the last of them."""
    first = missed_message([date(2026, 7, 3), date(2026, 7, 4)], DAY)
    assert "Nothing was read on 2026-07-03 to 2026-07-04" == first.subject
    again = missed_message([date(2026, 7, 4)], date(2026, 7, 20))
    assert first.message_id == again.message_id
    assert first.message_id != missed_message([date(2026, 7, 3), date(2026, 7, 9)], DAY).message_id


def test_a_failure_is_known_by_its_day_and_sentence() -> None:
    """The same refusal twice a day is one thing; on the next day it is another one."""
    sentence = "X refused the credentials (401)"
    first, again = (failure_message("daily", "Refused", sentence, DAY) for _ in range(2))
    assert first == again
    assert "The run daily of 2026-07-16 was refused" == first.subject
    assert first.message_id != failure_message("daily", "Refused", sentence, date(2026, 7, 17)).message_id


@pytest.mark.parametrize(("weekday", "expected"), [(0, "2026-07-13"), (3, "2026-07-16"), (4, "2026-07-10")])
def test_a_digest_belongs_to_a_week(weekday: int, expected: str) -> None:
    """July 16, 2026 is a Thursday: the week of Mondays began on the 13th, that of Fridays on the 10th."""
    assert f"digest/{expected}" == digest_id(weekday, DAY)

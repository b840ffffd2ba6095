"""Rows of people of which five at least are alike, by hand."""

import pandas as pd

from tasks.followers.anonymity import alike_judgements, alike_members, shared_probabilities

DAY = pd.Timestamp("2026-07-01")


def _members(*rows: tuple[int, int, float | None]) -> pd.DataFrame:
    """Followers by their days, actions and probability."""
    found = pd.DataFrame(rows, columns=["member_days_count_28d", "member_actions_count_28d", "unexplained_probability"])
    flags = {"is_follower": pd.array([True] * len(rows), "boolean"), "is_core": found["member_days_count_28d"] >= 3}
    last = DAY - pd.to_timedelta(found["member_days_count_28d"], unit="D")
    names = [f"m{number}" for number in range(len(rows))]
    about = {"account_id": "a", "report_date": DAY, "member_id": names, "member_last_date": last}
    return found.assign(**about, **flags).astype({"unexplained_probability": "float64"})


def test_five_in_a_row_are_told_the_least_of_theirs() -> None:
    """Days 1 1 2 2 3 and then 4 5 6 7 8 9 9: the rest of two joins the last five."""
    days = (9, 1, 2, 2, 3, 1, 4, 5, 6, 7, 8, 9)
    told = alike_members(_members(*((day, 2 * day, None) for day in days)))
    assert [4, 1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 4] == told["member_days_count_28d"].tolist()
    assert [8, 2, 2, 2, 2, 2, 8, 8, 8, 8, 8, 8] == told["member_actions_count_28d"].tolist()
    assert [f"m{number}" for number in range(12)] == told["member_id"].tolist()
    # Of the lower five one is of the core and four are not; the upper seven all are.
    assert [day > 3 for day in days] == told["is_core"].tolist()
    assert {DAY - pd.Timedelta(days=3), DAY - pd.Timedelta(days=9)} == set(told["member_last_date"])


def test_a_list_of_fewer_than_five_is_told_as_one() -> None:
    """Three people: all of them engaged on one day at least."""
    assert [1, 1, 1] == alike_members(_members((1, 1, None), (5, 9, None), (2, 2, None)))[
        "member_days_count_28d"
    ].tolist()


def test_a_probability_is_told_where_five_share_it() -> None:
    """Six of .123 and .119 are .1; four of .9 are not told, and six beside a single one are not told either."""
    told = shared_probabilities(_members(*[(1, 1, 0.123)] * 3, *[(1, 1, 0.119)] * 3, *[(1, 1, 0.9)] * 4, (1, 1, None)))
    assert [0.1] * 6 == told.tolist()[:6]
    assert told[6:].isna().all()
    assert shared_probabilities(_members(*[(1, 1, 0.12)] * 6, (1, 1, 0.9))).isna().all()


def test_who_differs_in_the_same_is_told_the_mean_of_five() -> None:
    """Six with reason a have .1 to .6: all share their mean, .35; three with b lose their reason, and five with c too.

    Without c, the three would stand alone: eight then, the lower five with .2 and the upper three with them.
    """
    reasons = ["a"] * 6 + ["b"] * 3 + ["c"] * 5
    chances = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, *[0.2] * 3, *[0.4] * 5]
    about = {"event_id": "e", "judgement_reasons": reasons, "probability_given_wave": chances}
    told = alike_judgements(pd.DataFrame({**about, "unexplained_probability": [chance / 2 for chance in chances]}))
    assert ["a"] * 6 == told["judgement_reasons"].tolist()[:6]
    assert [""] * 8 == told["judgement_reasons"].tolist()[6:]
    assert [0.35] * 6 == told["probability_given_wave"].tolist()[:6]
    # (3 x .2 + 5 x .4) / 8 = .325
    assert {0.32} == set(told["probability_given_wave"][6:])
    assert {0.16} == set(told["unexplained_probability"][6:])

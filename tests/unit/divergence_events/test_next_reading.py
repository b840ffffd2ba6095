"""The reading that would decide an event, beside draws of what such readings would say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.grid import daily_grid
from tasks.divergence.next_reading import (
    JudgedRises,
    WaveOdds,
    add_prices,
    decision_probability,
    evidence_dates,
    next_readings,
    unlike_spread,
    unread_authors,
)
from tasks.schema.frames import empty_frame
from tasks.schema.judgement_tables import EVENT_EVIDENCE
from tests.evaluation.parameters import JUDGE

RULES, NUMBERS = JUDGE.decision_rules, JUDGE.next_reading
DRAWS = 200_000
NIGHT = (1_600, 1_600, 1_600, 3_200, 3_205)
"""A night on the fourth day that doubles the followers, and a day after it."""


@pytest.mark.parametrize("chance", [0.05, 0.26, 0.6])
@pytest.mark.parametrize("spread", [0.1, 1.7])
@pytest.mark.parametrize("is_looked", [True, False])
def test_the_probability_is_the_share_of_readings_that_would_decide(
    chance: float, spread: float, is_looked: bool
) -> None:
    """Readings are drawn: what arrivals say of a wave or of people, with its spread, is added to the odds of a wave.

    One decides that makes the wave more probable than .7, by itself 55 : 1 where nobody looked for other causes,
    or that speaks against a wave and leaves a crowd of people one chance in ten to be one.
    """
    random = np.random.default_rng(7)
    shown = {
        name: random.choice(quantiles, DRAWS) + spread * random.standard_normal(DRAWS)
        for name, quantiles in (("wave", NUMBERS.wave_nats), ("people", NUMBERS.people_nats))
    }
    odds = chance / (1 - chance)
    after = {name: odds * np.exp(nats) / (1 + odds * np.exp(nats)) for name, nats in shown.items()}
    is_found = (after["wave"] >= 0.7) & (is_looked | (shown["wave"] >= 4.0))
    is_gone = (after["people"] <= 0.1) & (shown["people"] <= 0)
    drawn = chance * is_found.mean() + (1 - chance) * is_gone.mean()
    told = decision_probability(WaveOdds(chance, 0.0, is_looked), spread, RULES, NUMBERS)
    assert drawn == pytest.approx(told, abs=0.005)


@pytest.mark.parametrize("size", [25, 100, 1_000])
def test_the_spread_of_a_distance_is_never_told_too_small(size: int) -> None:
    """Shapes of twelve cells are drawn again and again: their distances spread by no more than is said."""
    random = np.random.default_rng(11)
    one, two = (random.dirichlet(np.ones(12)) for _ in range(2))
    pairs = [(random.multinomial(size, one) / size, random.multinomial(200, two) / 200) for _ in range(2_000)]
    spread = np.std([0.5 * np.abs(shape - other).sum() for shape, other in pairs])
    assert spread <= unlike_spread(size, 200) * 1.05


def _rises(
    before_count: float, cohort_count: float = 0, counts: Sequence[int] = NIGHT, **changed: object
) -> JudgedRises:
    """A night that doubled the followers, of which nothing else is known."""
    dates = pd.date_range("2026-07-01", periods=len(counts)).astype("datetime64[s]")
    days = pd.DataFrame({"account_id": "1", "report_date": dates, "followers_count": counts, "following_count": 1})
    told = days.assign(
        new_followers_count=np.nan, followers_status=None, account_created_at=pd.Timestamp("2020", tz="UTC")
    )
    nobody = pd.DataFrame({"account_id": ["1"], "report_date": dates[:1], "arrivals_count": [0]}).iloc[:0]
    event = {
        "account_id": "1",
        "verdict": "undetermined",
        "kind": "jump",
        "row": 0,
        "first": 3,
        "last": 3,
        "first_date": dates[3],
        "last_date": dates[3],
        "observed_count": 1_600,
        "expected_count": 0.0,
        "unexplained_wave_probability": 0.26,
        "are_posts_read": True,
        "are_mentions_read": False,
        "follows_per_visit": np.nan,
        "engagers_read_share": np.nan,
        **changed,
    }
    figures = pd.DataFrame({"cohort_count": [cohort_count], "before_count": [before_count]})
    evidence = empty_frame(EVENT_EVIDENCE).assign(event=pd.Series(dtype="int64"))
    return JudgedRises(pd.DataFrame([event]), evidence, figures, daily_grid(told, nobody))


def _wanted(rises: JudgedRises) -> float:
    return float(next_readings(rises, RULES, NUMBERS)["next_reading_followers_count"].iloc[0])


def test_where_nobody_before_is_known_the_reading_reaches_them() -> None:
    """The newest 5 came since, 1,600 in the night, and a comparison needs 100 before: with a fifth more, 1,725."""
    assert 5 + 1_600 + 120 == _wanted(_rises(before_count=0))


def test_where_they_are_known_a_few_of_the_newest_are_enough() -> None:
    """The cheapest sample that decides more often than not is one of those that are tried, below the 5 since."""
    wanted = _wanted(_rises(before_count=900))
    assert wanted - 5 in NUMBERS.sample_counts
    smaller = replace(NUMBERS, least_probability=0.9999)
    assert np.isnan(next_readings(_rises(before_count=900), RULES, smaller)["next_reading_probability"].iloc[0])


@pytest.mark.parametrize(
    "changed",
    [
        *({"verdict": "unexplained_wave"}, {"verdict": "organic_post"}, {"kind": "drop"}, {"first": 0, "last": 0}),
        {"unexplained_wave_probability": 0.01},
    ],
)
def test_no_reading_is_asked_for_where_none_would_tell(changed: dict[str, object]) -> None:
    """A verdict stands, nobody arrives in a fall, what came before the first count has no place, or it is no wave."""
    assert np.isnan(_wanted(_rises(before_count=0, **changed)))
    assert np.isnan(_wanted(_rises(before_count=900, cohort_count=640)))


def test_a_list_is_read_to_its_end_at_most() -> None:
    """Of 105 followers 100 came: 5 before them bear no comparison; 110 before do, and are all that there are."""
    assert np.isnan(_wanted(_rises(0, counts=(5, 5, 5, 105, 105), observed_count=100)))
    assert 110 + 220 == _wanted(_rises(0, counts=(110, 110, 110, 330, 330), observed_count=220))


def test_a_rise_before_the_counts_that_place_a_list_has_no_reading() -> None:
    """Counts of 45 days are at hand: a night of 43 days ago still has one before it, one of 44 days ago none."""
    near, far = ((*NIGHT[:4], *(3_200,) * (44 - gap)) for gap in (1, 0))
    assert 1_600 + 120 == _wanted(_rises(0, counts=near))
    assert np.isnan(_wanted(_rises(0, counts=far)))


def test_more_is_known_when_posts_settle_and_newcomers_have_had_a_week() -> None:
    """The night of July 4: posts until the day after settle and are read within 4 days; who engages shows in 7."""
    as_of, days = pd.Timestamp("2026-07-05"), (7, 4)
    assert pd.Timestamp("2026-07-08") == evidence_dates(_rises(0), as_of, *days).iloc[0]
    followed = _rises(900, 640, engagers_read_share=0.5)
    assert pd.Timestamp("2026-07-11") == evidence_dates(followed, as_of, *days).iloc[0]
    assert pd.isna(evidence_dates(_rises(0), pd.Timestamp("2026-07-08"), *days).iloc[0])
    assert pd.isna(evidence_dates(_rises(0, are_posts_read=False), as_of, *days).iloc[0])


def test_only_of_an_open_rise_unread_authors_are_counted() -> None:
    """Three authors of a night that stands open may explain it; with a verdict, or where nobody looked, none is."""
    read = {"unread_mention_reaches_count": 3.0, "are_mentions_read": True}
    assert 3 == unread_authors(_rises(0, **read).events).iloc[0]
    assert pd.isna(unread_authors(_rises(0, **read | {"verdict": "organic_post"}).events).iloc[0])
    assert pd.isna(unread_authors(_rises(0, **read | {"are_mentions_read": False}).events).iloc[0])
    assert pd.isna(unread_authors(_rises(0, **read | {"unread_mention_reaches_count": 0.0}).events).iloc[0])


def test_a_reading_costs_what_its_followers_cost() -> None:
    """1,725 at a cent are $17.25; nobody asks for followers of an account that is not among the priced."""
    rises = _rises(0)
    event = pd.concat([rises.events, next_readings(rises, RULES, NUMBERS)], axis=1)
    event["unread_mention_authors_count"] = 12
    both = add_prices(event, {"1": 0.01}, {"1": 0.01}).iloc[0]
    assert [17.25, 0.12] == both[["next_reading_usd", "unread_mention_authors_usd"]].tolist()
    none = add_prices(event, {"2": 0.01}, {}).iloc[0]
    assert pd.isna(none["unread_mention_authors_count"])
    assert pd.isna(none["next_reading_usd"])
    assert pd.isna(none["next_reading_followers_count"])

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.case import Case
from tasks.divergence.evidence import evidence
from tasks.divergence.report import MEANINGS
from tasks.schema.columns.divergence import EVIDENCE_CODES, EXPLANATIONS
from tasks.schema.columns.divergence import EXPLANATIONS as CODED
from tests.evaluation.parameters import EVIDENCE

FACTS = (
    "excess_count",
    "post_z",
    "post_received_count",
    "mention_reach_count",
    "before_mention_reach_count",
    "unread_mention_reaches_count",
    "mentions_count",
    "usual_mentions_count",
    "impressions_ratio",
    "profile_visits_ratio",
    "follows_per_engagement",
    "follows_per_visit",
    "own_follows_delta",
    "shared_falls_share",
    "shared_rises_share",
    "explained_by_annotation",
    "block_share",
    "is_undone",
    "listed_arrivals_count",
    "engagers_read_share",
    "before_engagers_read_share",
    "response_posts_count",
)


Weights = dict[tuple[str, str], float]


def _evidence(
    kind: str = "jump", cohort: dict[str, float] | None = None, **facts: float
) -> dict[tuple[str, str], float]:
    """Weights by code and explanation of one event of which only the given is known."""
    known = dict.fromkeys(FACTS, np.nan) | {"is_undone": 0.0, "excess_count": 321.0} | facts
    events = pd.DataFrame({"kind": [kind], "is_from_list": [True]})
    case = Case(events, pd.DataFrame([known]), pd.DataFrame([cohort or {}]))
    rows = evidence(case, EVIDENCE)
    return dict(zip(zip(rows["evidence_code"], rows["explanation"], strict=True), rows["weight_nats"], strict=True))


def test_counts_alone_speak_for_nothing() -> None:
    """A jump of which nothing but its size was observed has no evidence, for or against."""
    assert _evidence() == {}


def test_a_post_far_above_its_past_speaks_for_itself() -> None:
    """Two spreads above the start of 2.0 at a weight of 2 give 4 nats, if its engagement suffices for the arrivals."""
    assert _evidence(post_z=4.0, post_received_count=1_000.0) == {
        ("own_post_took_off", "organic_post"): pytest.approx(4)
    }


def test_no_post_out_of_the_ordinary_speaks_against_a_post() -> None:
    """A usual post is 2.5 nats against, however far below."""
    assert _evidence(post_z=0.5, post_received_count=10.0)["own_post_took_off", "organic_post"] == -2.5


def test_a_post_too_small_for_the_arrivals_is_held_against_it() -> None:
    """17,000 arrivals on 850 engagements are 20 each, ten times the most that is plausible: ln 10 against."""
    found = _evidence(post_z=4.0, post_received_count=850.0, excess_count=17_000.0)
    assert found["own_post_too_small", "organic_post"] == pytest.approx(-np.log(10))


def _mentions(**reaches: float) -> Weights:
    """What speaks where two authors mentioned the account as usual, and 200 came."""
    return _evidence(excess_count=200.0, mentions_count=2.0, usual_mentions_count=2.0, **reaches)


def test_a_mention_must_be_larger_than_those_the_account_gets_anyway() -> None:
    """An author with 10 x as many followers as came counts only beyond the largest author of the month before."""
    first, again = (
        _mentions(mention_reach_count=2_000.0, before_mention_reach_count=usual) for usual in (500.0, 9_000.0)
    )
    assert first["mention_by_large_account", "organic_mention"] == 2.5
    assert ("mention_by_large_account", "organic_mention") not in again


def test_followers_of_an_author_that_were_not_read_are_not_none() -> None:
    """Of two authors one has 50 followers: too few for 200 arrivals, unless the other's are not known."""
    known, unread = (_mentions(mention_reach_count=50.0, unread_mention_reaches_count=count) for count in (0.0, 1.0))
    assert known["mention_by_large_account", "organic_mention"] == -1.5
    assert ("mention_by_large_account", "organic_mention") not in unread


def test_arrivals_unlike_those_before_speak_for_a_wave_and_like_ones_against() -> None:
    """An unlike share of 0.53 is 12 x (0.53 - 0.28) = 3 nats for, one of 0.03 is 3 against."""
    assert _evidence(cohort={"unlike_share": 0.53})["unlike_followers_before", "unexplained_wave"] == pytest.approx(3)
    assert _evidence(cohort={"unlike_share": 0.03})["unlike_followers_before", "unexplained_wave"] == pytest.approx(-3)


def test_arrivals_more_alike_than_people_speak_for_a_wave_and_others_not_at_all() -> None:
    """0.3 nats narrower is 10 x (0.3 - 0.1) = 2 nats for, two nats narrower no more than 3, and a crowd is silent."""
    code = ("alike_among_themselves", "unexplained_wave")
    assert _evidence(cohort={"unlike_spread_nats": 0.3})[code] == pytest.approx(2)
    assert _evidence(cohort={"unlike_spread_nats": 2.0})[code] == pytest.approx(3)
    assert code not in _evidence(cohort={"unlike_spread_nats": 0.05})


READ = {"engagers_read_share": 1.0, "before_engagers_read_share": 1.0, "response_posts_count": 7.0}


def _silence(engaged: float, **read: float) -> float:
    cohort = {
        "cohort_count": 200.0,
        "engaged_count": engaged,
        "before_newcomer_count": 400.0,
        "before_engaged_count": 20.0,
        "usual_share": 0.05,
        "response_days": 7.0,
    }
    return _evidence(cohort=cohort, **(READ | read)).get(("engagement_response", "unexplained_wave"), 0.0)


def test_silence_of_many_speaks_for_a_wave_and_an_answer_against_it() -> None:
    """Where 5 % of newcomers engage, none of 200 is telling, and ten of 200 is what people do."""
    assert _silence(0) == 3.0
    assert _silence(10) < -3


def test_silence_on_the_first_day_says_nothing() -> None:
    """On the day of the event nobody can have been followed up yet."""
    assert ("engagement_response", "unexplained_wave") not in _evidence(
        cohort={"cohort_count": 200.0, "engaged_count": 0.0, "response_days": 0.0, "usual_share": 0.05}, **READ
    )


def test_silence_weighs_as_much_as_there_was_to_answer() -> None:
    """Who answers answers a post: of five posts that make silence whole one is a fifth; an answer is one anyway."""
    whole, fifth, none = (_silence(0, response_posts_count=count) for count in (5.0, 1.0, 0.0))
    assert (whole, fifth, none) == (3.0, pytest.approx(0.6), 0.0)
    assert _silence(10, response_posts_count=1.0) == _silence(10) < -3


def test_silence_weighs_as_much_as_was_read() -> None:
    """Nobody of 60 read as engaging says less where a tenth of the days was read, and nothing where none was."""
    cohort = {"cohort_count": 60.0, "engaged_count": 0.0, "usual_share": 0.05, "response_days": 7.0}
    cohort |= {"before_newcomer_count": 0.0, "before_engaged_count": 0.0}
    weights = [
        _evidence(cohort=cohort, engagers_read_share=share, response_posts_count=7.0).get(
            ("engagement_response", "unexplained_wave"), 0.0
        )
        for share in (np.nan, 0.1, 1.0)
    ]
    # Few engage as newcomers do, 3 %, and of a wave .05 x 3 % + .95 x .2 %: 60 x ln of what is left, shrunk to .8.
    said = [0.8 * 60 * (np.log1p(-share * 0.0034) - np.log1p(-share * 0.03)) for share in (0.0, 0.1, 1.0)]
    assert weights == [pytest.approx(each) for each in said]


def test_a_reading_that_came_back_is_a_fault() -> None:
    """A reversal carries 6 nats for a wrong reading and nothing else."""
    assert _evidence("reversal") == {("reading_came_back", "data_fault"): 6.0}


def test_a_drop_that_others_share_is_a_purge_and_a_lone_one_hardly() -> None:
    """With a third of the other accounts dropping 3.5 nats for, with none 1 against."""
    assert _evidence("drop", shared_falls_share=0.33) == {("others_dropped_too", "platform_purge"): 3.5}
    assert _evidence("drop", shared_falls_share=0.0) == {("others_dropped_too", "platform_purge"): -1.0}


def test_following_back_is_an_innocent_cause() -> None:
    """An account that followed 400 before 321 came has something else to explain them."""
    found = _evidence(own_follows_delta=400.0)
    assert found["followed_many_before", "other"] == 3.0
    assert found["followed_many_before", "unexplained_wave"] == -1.5


def test_every_code_is_declared_and_has_words() -> None:
    """The closed lists of the tables are those of the code."""
    assert set(MEANINGS) == set(EVIDENCE_CODES)
    assert EXPLANATIONS == CODED

import math

import pandas as pd
import pytest

from tasks.divergence.verdict import UNDETERMINED, VerdictParameters, probabilities, verdicts, wave_chances

PARAMETERS = VerdictParameters(prior_nats={}, trust_share=1.0, decisive_probability=0.8, contested_nats=4.0)


def _rows(*weights: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(weights, columns=["event", "explanation", "weight_nats"]).assign(evidence_code="x")


def _looked(events: int = 1, *, is_read: bool = True) -> pd.DataFrame:
    facts = {"are_posts_read": is_read, "are_mentions_read": is_read, "follows_per_visit": math.nan}
    return pd.DataFrame([facts] * events)


NONE = _rows().astype({"event": "int64", "weight_nats": "float64"})


def test_without_evidence_nothing_is_decided() -> None:
    """A jump of which nothing else is known has five possible explanations at 1/5 each and no verdict."""
    chances = probabilities(pd.Series(["jump"]), NONE, PARAMETERS)
    assert chances["unexplained_wave"].tolist() == [pytest.approx(1 / 5, abs=1e-4)]
    assert verdicts(chances, NONE, _looked(), PARAMETERS)["verdict"].tolist() == [UNDETERMINED]


def test_weights_add_up_as_log_odds() -> None:
    """Three nats for and one against leave e^2 : 1 against each of the four others."""
    evidence = _rows((0, "unexplained_wave", 3.0), (0, "unexplained_wave", -1.0))
    chances = probabilities(pd.Series(["jump"]), evidence, PARAMETERS)
    assert chances["unexplained_wave"].tolist() == [pytest.approx(math.exp(2) / (math.exp(2) + 4), abs=1e-4)]


def test_nobody_arrives_in_a_drop() -> None:
    """However heavy, evidence cannot make a drop an inauthentic wave."""
    evidence = _rows((0, "unexplained_wave", 50.0), (0, "platform_purge", 4.0))
    chances = probabilities(pd.Series(["drop"]), evidence, PARAMETERS)
    assert verdicts(chances, NONE, _looked(), PARAMETERS)["verdict"].tolist() == ["platform_purge"]


def test_the_users_word_explains_unless_the_arrivals_contest_it() -> None:
    """Six nats of an annotation decide; beside arrivals that speak as strongly for a wave nothing does."""
    said = _rows((0, "annotation", 6.0))
    chances = probabilities(pd.Series(["jump"]), said, PARAMETERS)
    assert verdicts(chances, said, _looked(), PARAMETERS)["verdict"].tolist() == ["annotation"]
    arrivals = _rows((0, "unexplained_wave", 5.0)).assign(evidence_code="unlike_followers_before")
    both = pd.concat([said, arrivals], ignore_index=True)
    chances = probabilities(pd.Series(["jump"]), both, PARAMETERS)
    assert verdicts(chances, both, _looked(), PARAMETERS)["verdict"].tolist() == [UNDETERMINED]


def test_what_is_not_looked_for_is_no_verdict() -> None:
    """Evidence for something else makes the verdict undetermined, not the best of the rest."""
    chances = probabilities(pd.Series(["jump"]), _rows((0, "other", 6.0)), PARAMETERS)
    assert verdicts(chances, NONE, _looked(), PARAMETERS)["verdict"].tolist() == [UNDETERMINED]


def test_events_do_not_share_evidence() -> None:
    """Evidence on the second event leaves the first undecided."""
    chances = probabilities(pd.Series(["jump", "jump"]), _rows((1, "organic_post", 5.0)), PARAMETERS)
    assert verdicts(chances, NONE, _looked(), PARAMETERS)["verdict"].tolist() == [
        UNDETERMINED,
        "organic_post",
    ]


def test_a_post_does_not_clear_arrivals_unlike_all_before() -> None:
    """A post at 9 nats is the likeliest cause, but 5 nats from the arrivals themselves leave the event undetermined."""
    evidence = pd.concat(
        [
            _rows((0, "organic_post", 9.0)),
            _rows((0, "unexplained_wave", 5.0)).assign(evidence_code="unlike_followers_before"),
        ]
    )
    chances = probabilities(pd.Series(["jump"]), evidence, PARAMETERS)
    assert verdicts(chances, evidence, _looked(), PARAMETERS)[["verdict", "likeliest"]].to_numpy().tolist() == [
        [UNDETERMINED, "organic_post"]
    ]
    assert wave_chances(chances, evidence, PARAMETERS).tolist() == [pytest.approx(1 / (1 + math.exp(-5)))]


def test_nobody_is_accused_where_nobody_looked_for_another_cause() -> None:
    """Three nats of silence are a wave beside posts and mentions that were read, and nothing where they were not."""
    evidence = _rows((0, "unexplained_wave", 3.0)).assign(evidence_code="engagement_response")
    chances = probabilities(pd.Series(["jump"]), evidence, PARAMETERS)
    assert verdicts(chances, evidence, _looked(), PARAMETERS)["verdict"].tolist() == ["unexplained_wave"]
    unread = verdicts(chances, evidence, _looked(is_read=False), PARAMETERS)
    assert unread["verdict"].tolist() == [UNDETERMINED]

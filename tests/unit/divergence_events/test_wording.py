import pandas as pd
import pytest

from tasks.divergence.report import missing_evidence, verdict_history
from tasks.divergence.wording import CANNOT_TELL, CAUSES, WAVE, WAVE_CLAUSES, event_sentence

EVENT = {
    "first_date": pd.Timestamp("2026-02-20"),
    "last_date": pd.Timestamp("2026-02-20"),
    "kind": "jump",
    "observed_count": 17_009.0,
    "expected_count": 2.0,
    "earlier_rise_count": float("nan"),
    "verdict": "organic_post",
    "best_post_id": 1_900_000_000_000_000_001,
    "annotations": None,
}
POST = ["own_post_took_off"]


def test_a_jump_in_one_sentence() -> None:
    """Day, size, what was usual, and the explanation."""
    assert (
        "On 2026-02-20 17,009 followers came where about 2 were usual: "
        "an own post that took off explains them (post 1900000000000000001)." == event_sentence(pd.Series(EVENT), POST)
    )


def test_what_the_user_says_is_told_as_the_users_word() -> None:
    """An annotation that explains an event is quoted, and said to be the user's."""
    event = pd.Series(EVENT | {"verdict": "annotation", "annotations": "newspaper {story}"})
    assert event_sentence(event, ["user_annotation"]).endswith(
        "what the user says of these days explains it (“newspaper {story}”)."
    )


def test_no_sentence_names_a_post_that_nobody_read() -> None:
    """Where an export's views alone speak for an own post, the views are named."""
    said = event_sentence(pd.Series(EVENT), ["impressions_rose"])
    assert said.endswith("far more views than usual on the same days explain them.")
    assert "post" not in said


def test_each_clause_on_a_wave_stands_on_evidence() -> None:
    """Of arrivals that are only silent it is neither said that they are unlike those before nor that they are alike."""
    event = pd.Series(EVENT | {"verdict": "unexplained_wave"})
    silent = event_sentence(event, ["engagement_response", "round_number"])
    assert "activity, and do not engage as newcomers did; who" in silent
    assert "unlike" not in silent
    assert "activity; who" in event_sentence(event, [])


def test_a_fall_after_a_rise_as_large_is_told_as_a_removal() -> None:
    """Of 25,300 who had come 11,600 are gone: that is said, and not who removed them."""
    fall = {"kind": "drop", "observed_count": -11_600.0, "earlier_rise_count": 25_300.0, "verdict": "undetermined"}
    assert event_sentence(pd.Series(EVENT | fall), []) == (
        "On 2026-02-20 the count fell by 11,600, of 25,300 who had come in the weeks before: "
        "what explains it cannot be told from what was observed."
    )


def test_a_reading_that_came_back_in_one_sentence() -> None:
    """Of a wrong reading it is said how far the count moved, with its sign."""
    event = EVENT | {"kind": "reversal", "observed_count": -1_200.0, "verdict": "data_fault"}
    assert (
        "On 2026-02-20 the count moved by -1,200 and came back: the reading is taken for a wrong one."
        == event_sentence(pd.Series(event), ["reading_came_back"])
    )


@pytest.mark.parametrize(
    "words",
    [CANNOT_TELL, WAVE, *WAVE_CLAUSES.values(), *(text for texts in CAUSES.values() for text in texts.values())],
)
def test_nobody_is_accused(words: str) -> None:
    """No verdict says that anybody bought, faked or cheated."""
    assert not {"bought", "buy", "fake", "bot", "bots", "you", "cheated", "fraud"} & set(words.replace(",", "").split())


def test_what_was_not_seen_is_named() -> None:
    """Missing posts and exports are listed; with everything seen the list is null."""
    facts = pd.DataFrame(
        {
            "post_z": [None, 1.0],
            "usual_mentions_count": [1.0, 1.0],
            "listed_arrivals_count": [5.0, 5.0],
            "impressions_ratio": [None, 2.0],
            "engagers_read_share": [0.5, 1.0],
        }
    )
    assert missing_evidence(facts).tolist()[0] == "own posts; an analytics export"
    assert missing_evidence(facts).isna().tolist() == [False, True]


def test_a_verdict_keeps_its_history() -> None:
    """A changed verdict is added with its day, an unchanged one adds nothing, a new event begins its own."""
    rows = pd.DataFrame({"event_id": ["a", "b", "c"], "verdict": ["unexplained_wave", "undetermined", "undetermined"]})
    earlier = pd.DataFrame(
        {
            "event_id": ["a", "b"],
            "verdict": ["undetermined", "undetermined"],
            "verdict_history": ["2026-03-01 undetermined", "2026-03-02 undetermined"],
        }
    )
    assert verdict_history(rows, earlier, pd.Timestamp("2026-03-08")).tolist() == [
        "2026-03-01 undetermined; 2026-03-08 unexplained_wave",
        "2026-03-02 undetermined",
        "2026-03-08 undetermined",
    ]


@pytest.mark.parametrize("name", ["x", None])
def test_a_first_event_begins_a_history(name: str | None) -> None:
    """Where verdicts are known of other events alone, or of none, the first one is written down as it is."""
    rows = pd.DataFrame({"event_id": ["a"], "verdict": ["undetermined"]})
    said = [{"event_id": name, "verdict": "undetermined", "verdict_history": "2026-03-01 undetermined"}] if name else []
    earlier = pd.DataFrame(said, columns=["event_id", "verdict", "verdict_history"])
    assert verdict_history(rows, earlier, pd.Timestamp("2026-03-02")).tolist() == ["2026-03-02 undetermined"]

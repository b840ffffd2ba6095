"""What a user says of days is read strictly, and reaches the events of those days as the user's word."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from config.annotations import load_annotations
from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import HERE
from tasks.divergence.annotations import Annotation, annotation_facts
from tasks.divergence.report import explaining_posts

STORY = '[[annotation]]\naccount = "@Ada"\nfirst = 2026-07-15\nlast = 2026-07-16\nwords = "a story"\nexplains = true\n'


def _written(folder: Path, text: str) -> Path:
    (folder / "annotations.toml").write_text(text, encoding="utf-8")
    return folder


def test_annotations_are_read_and_may_be_absent(tmp_path: Path) -> None:
    """Without a file nothing is said; without a last day it is one day, and nothing is explained unless told so."""
    assert load_annotations(tmp_path) == ()
    one_day = '[[annotation]]\naccount = "ada"\nfirst = 2026-07-20\nwords = "a giveaway"\n'
    assert load_annotations(_written(tmp_path, STORY + one_day)) == (
        Annotation("Ada", date(2026, 7, 15), date(2026, 7, 16), "a story", explains=True),
        Annotation("ada", date(2026, 7, 20), date(2026, 7, 20), "a giveaway"),
    )


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("annotation.0.word: Extra inputs", STORY.replace("words", "word")),
        ("last must not lie before first", STORY.replace("2026-07-16", "2026-07-14")),
        ("annotation.0.first", STORY.replace("2026-07-15", '"soon"')),
        ("annotation.0.words", STORY.replace("a story", "\\u001b[2J")),
        ("not valid TOML", "[[annotation\n"),
    ],
)
def test_an_annotation_that_cannot_be_used_is_one_sentence(tmp_path: Path, said: str, text: str) -> None:
    """The file, the block and the key are named."""
    with pytest.raises(RefusedError, match=r"annotations\.toml") as refused:
        load_annotations(_written(tmp_path, text))
    assert said in str(refused.value)


def test_the_shipped_file_says_nothing_yet() -> None:
    """What stands in the repository is an explanation in comments, and what it explains is what is read."""
    shipped = (HERE / "annotations.toml").read_text(encoding="utf-8")
    assert load_parameters(HERE).annotations == ()
    assert {"account", "first", "last", "words", "explains"} <= set(shipped.replace("#", "").split())


def test_annotations_reach_the_events_on_their_days() -> None:
    """Words of all annotations on an event's days of the same account, whatever the case of the handle."""
    moments = pd.to_datetime(["2026-07-16", "2026-07-17", "2026-07-16"])
    events = pd.DataFrame({"account_id": ["1", "1", "2"], "first_date": moments, "last_date": moments})
    said = [
        Annotation("ADA", date(2026, 7, 15), date(2026, 7, 16), "a story", explains=True),
        Annotation("ada", date(2026, 7, 16), date(2026, 7, 17), "a giveaway"),
    ]
    found = annotation_facts(events, pd.Series({"1": "Ada", "2": "Bea"}), said)
    assert found["annotations"].tolist() == ["a story; a giveaway", "a giveaway", None]
    assert found["explained_by_annotation"].notna().tolist() == [True, False, False]


def test_only_a_post_that_was_read_and_took_off_is_named() -> None:
    """Three events with a best post: one on X, one on another network, and one of which the post is no cause."""
    judged = pd.DataFrame(
        {
            "verdict": ["organic_post", "organic_post", "undetermined"],
            "best_post_id": pd.array([7, 8, 9], "Int64"),
            "best_post_source": ["x_api", "bluesky", "x_api"],
        }
    )
    spoken = pd.DataFrame({"event": [0, 1, 2], "evidence_code": "own_post_took_off", "weight_nats": [4.0, 4.0, 4.0]})
    named = explaining_posts(judged, spoken)
    assert named["explaining_post_id"].tolist() == [7, 8, pd.NA]
    assert named["explaining_post_url"].tolist() == ["https://x.com/i/status/7", pd.NA, pd.NA]
    nothing = explaining_posts(judged, spoken.assign(weight_nats=-2.5))
    assert nothing["explaining_post_id"].isna().all()

"""What a run learned of X's words is there for the next."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasks.sources.x_api.problems import PageFileError
from tasks.sources.x_api.vocabulary import VOCABULARY_FILE, Vocabulary, read_vocabulary, write_vocabulary
from tests.x_api.invented import DAY


def test_what_was_learned_is_remembered(tmp_path: Path) -> None:
    """An endpoint that speaks the post dialect, and a field that another refused, are known to the next run."""
    learned = Vocabulary(spoken={"followers": "post"}, refused={"timeline": ["tweet.fields=note_tweet"]})
    write_vocabulary(tmp_path, learned, DAY)
    kept = read_vocabulary(tmp_path, DAY + timedelta(days=6))
    assert (learned.spoken, learned.refused, DAY) == (kept.spoken, kept.refused, kept.since)


def test_after_a_week_x_is_asked_anew(tmp_path: Path) -> None:
    """What X lacked a week ago it may have today; a lesson of the week does not put that off."""
    learned = Vocabulary(refused={"timeline": ["tweet.fields=note_tweet"]})
    write_vocabulary(tmp_path, learned, DAY)
    later = read_vocabulary(tmp_path, DAY + timedelta(days=3))
    write_vocabulary(tmp_path, later, DAY + timedelta(days=3))
    assert Vocabulary() == read_vocabulary(tmp_path, DAY + timedelta(days=7))


def test_nothing_learned_is_nothing_written(tmp_path: Path) -> None:
    """The first run begins with the usual words."""
    write_vocabulary(tmp_path, read_vocabulary(tmp_path, DAY), DAY)
    assert not (tmp_path / VOCABULARY_FILE).exists()


def test_a_damaged_memory_is_refused(tmp_path: Path) -> None:
    """It is not guessed at: the sentence says to remove it."""
    (tmp_path / VOCABULARY_FILE).write_text("{")
    with pytest.raises(PageFileError, match="remove it"):
        read_vocabulary(tmp_path, DAY)

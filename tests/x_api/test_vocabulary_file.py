"""What a run learned of X's words is there for the next."""

from pathlib import Path

import pytest

from tasks.sources.x_api.problems import PageFileError
from tasks.sources.x_api.vocabulary import VOCABULARY_FILE, Vocabulary, read_vocabulary, write_vocabulary


def test_what_was_learned_is_remembered(tmp_path: Path) -> None:
    """An endpoint that speaks the post dialect, and a field that another refused, are known to the next run."""
    learned = Vocabulary(spoken={"followers": "post"}, refused={"timeline": ["tweet.fields=note_tweet"]})
    write_vocabulary(tmp_path, learned)
    assert learned == read_vocabulary(tmp_path)


def test_nothing_learned_is_nothing_written(tmp_path: Path) -> None:
    """The first run begins with the usual words."""
    write_vocabulary(tmp_path, read_vocabulary(tmp_path))
    assert not (tmp_path / VOCABULARY_FILE).exists()


def test_a_damaged_memory_is_refused(tmp_path: Path) -> None:
    """It is not guessed at: the sentence says to remove it."""
    (tmp_path / VOCABULARY_FILE).write_text("{")
    with pytest.raises(PageFileError, match="remove it"):
        read_vocabulary(tmp_path)

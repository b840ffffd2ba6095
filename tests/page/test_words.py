"""Every code of the tables has plain words, and no word accuses."""

import doctest
import importlib
import pkgutil
from collections.abc import Collection

import pytest

import tasks.page
from tasks.page.codes import CODE_MEANINGS
from tasks.page.page import READING
from tasks.page.story import STATES
from tasks.schema.columns import community, counts, divergence, engagement, identity, lists, pace, vanity
from tasks.schema.columns.readings import READING_REASONS, REJECTION_REASONS


@pytest.mark.parametrize(
    ("declared", "column"),
    [
        (counts.COUNTS_REASONS, "counts_reason"),
        (vanity.VANITY_REASONS, "vanity_reason"),
        (engagement.ENGAGEMENT_REASONS, "engagement_reason"),
        (engagement.RECEIVED_REASONS, "received_reason"),
        (community.COMMUNITY_REASONS, "community_reason"),
        (pace.PACE_REASONS, "pace_reason"),
        (pace.CROSS_SECTION_REASONS, "cross_section_reason"),
        (vanity.UNEXPLAINED_REASONS, "unexplained_reason"),
        (lists.LIST_REASONS, "list_reason"),
        (READING_REASONS, "unread_reason"),
        (REJECTION_REASONS, "rejection_reason"),
        (identity.OBSERVATION_LEVELS, "observation_level"),
        (divergence.EXPLANATIONS, "explanation"),
        (divergence.EVIDENCE_CODES, "evidence_code"),
    ],
)
def test_every_declared_code_has_plain_words(declared: Collection[str], column: str) -> None:
    """Page and terminal never show a code where words are due."""
    assert set(declared) == set(CODE_MEANINGS[column])


def test_nobody_is_accused() -> None:
    """No word of the page says that somebody bought, faked or cheated."""
    meanings = [meaning for codes in CODE_MEANINGS.values() for meaning in codes.values()]
    said = " ".join([*READING, *STATES, *meanings]).lower()
    assert [] == [word for word in ("bought", "buy", "fake", "fraud", "cheat", "bot ", "bots") if word in said]


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(tasks.page.__path__)])
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    """Each example in a docstring gives what it says."""
    assert 0 == doctest.testmod(importlib.import_module(f"tasks.page.{name}")).failed

"""Every code of the tables has plain words, and no word accuses."""

import doctest
import importlib
import pkgutil
from collections.abc import Collection, Mapping

import pytest

import tasks.page
from tasks.page import codes
from tasks.page.page import READING
from tasks.page.story import STATES
from tasks.schema.columns import (
    community,
    counterfactual,
    counts,
    divergence,
    engagement,
    identity,
    lists,
    pace,
    vanity,
)
from tasks.schema.columns.readings import READING_REASONS


@pytest.mark.parametrize(
    ("declared", "meanings"),
    [
        (counts.COUNTS_REASONS, codes.COUNTS),
        (vanity.VANITY_REASONS, codes.VANITY),
        (engagement.ENGAGEMENT_REASONS, codes.ENGAGEMENT),
        (engagement.RECEIVED_REASONS, codes.RECEIVED),
        (community.COMMUNITY_REASONS, codes.COMMUNITY),
        (pace.PACE_REASONS, codes.PACE),
        (pace.CROSS_SECTION_REASONS, codes.CROSS_SECTION),
        (counterfactual.UNEXPLAINED_REASONS, codes.UNEXPLAINED),
        (lists.LIST_REASONS, codes.LISTS),
        (READING_REASONS, codes.UNREAD),
        (identity.OBSERVATION_LEVELS, codes.LEVELS),
        (divergence.EXPLANATIONS, codes.EXPLANATIONS),
        (divergence.EVIDENCE_CODES, codes.EVIDENCE),
    ],
)
def test_every_declared_code_has_plain_words(declared: Collection[str], meanings: Mapping[str, str]) -> None:
    """Page and terminal never show a code where words are due."""
    assert set(declared) == set(meanings)


def test_nobody_is_accused() -> None:
    """No word of the page says that somebody bought, faked or cheated."""
    tables = [value for name, value in vars(codes).items() if name.isupper()]
    said = " ".join([*READING, *STATES, *(words for table in tables for words in table.values())]).lower()
    assert [] == [word for word in ("bought", "buy", "fake", "fraud", "cheat", "bot ", "bots") if word in said]


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(tasks.page.__path__)])
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    """Each example in a docstring gives what it says."""
    assert 0 == doctest.testmod(importlib.import_module(f"tasks.page.{name}")).failed

"""Five questions that people ask are answered where they look first."""

from pathlib import Path

import pytest

from tests.page.conftest import Reader, Screen

FOLD = 700
"""Pixels that stand in every window of a laptop."""
ANSWERS = {
    "How many of my followers are real?": "About 1,600 (1,420 to 1,650) are not part of a wave",
    "Since when?": "who came on 2026-07-15",
    "How many came?": "16,758 who came",
    "Why do you think so?": "None of 16,762 engaged within 7 days",
    "Who is my community?": "38 of the 150 who engaged did so on two days or more",
}
"""Worked by hand from the invented Frank of `made.py`."""
LOWEST_END = """(text) => {
  const walker = document.createTreeWalker(document.querySelector("#at-frank"), NodeFilter.SHOW_ELEMENT);
  const found = [];
  while (walker.nextNode()) if (walker.currentNode.innerText?.includes(text)) found.push(walker.currentNode);
  return found.length ? Math.round(found.at(-1).getBoundingClientRect().bottom) : null;
}"""
"""Where the innermost element ends that shows the text; null where none does."""


@pytest.mark.parametrize("reader", [Screen(width=1280)], ids=["laptop"], indirect=True)
def test_five_questions_are_answered_on_the_first_screen(reader: Reader, index: Path) -> None:
    """Opened at Frank, each answer stands whole in the first 700 pixels of a window 1,280 wide."""
    reader.page.emulate_media(reduced_motion="reduce")
    reader.open(index, "#at-frank")
    ends = {question: reader.page.evaluate(LOWEST_END, text) for question, text in ANSWERS.items()}
    assert [] == [question for question, end in ends.items() if end is None or not 0 < end < FOLD], ends
    assert -1 < reader.page.evaluate("document.querySelector('#at-frank').getBoundingClientRect().top")


@pytest.mark.parametrize("reader", [Screen(width=1280)], ids=["laptop"], indirect=True)
def test_the_weights_behind_the_facts_are_folded_away(reader: Reader, index: Path) -> None:
    """Three facts stand open; how many times as likely each piece makes what is shown on a click."""
    reader.open(index, "#at-frank")
    assert 3 == reader.page.locator("#at-frank .facts li:visible").count()
    weights = reader.page.locator("#at-frank .events table")
    assert weights.is_hidden()
    reader.page.locator("#at-frank .events summary").click()
    assert "How many times as likely" in weights.inner_text()


def test_only_who_has_a_wave_is_told_why(reader: Reader, index: Path) -> None:
    """Where a rise is explained or cannot be told, no fact is held against those who came."""
    for handle in ("mentioned_mia", "viral_vera", "quiet_quinn"):
        reader.open(index, f"#at-{handle}")
        assert 0 == reader.page.locator(f"#at-{handle} .facts").count()

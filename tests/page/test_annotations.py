"""What a user says of days stands on the chart of that account, as the user's word."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.pipeline import load_parameters
from config.settings import HERE
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.page.parameters import USUAL
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.page.conftest import Reader

FILE = """
[[annotation]]
account = "Frank"
first = 2026-07-13
last = 2026-07-14
words = "summer <b>fair</b></script>"

[[annotation]]
account = "frank"
first = 2020-01-01
words = "before anybody looked"

[[annotation]]
account = "viral_vera"
first = 2026-07-20
words = "a talk"
"""
WORDS = "“summer <b>fair</b></script>”"


@pytest.fixture
def annotated(root: DataRoot, tmp_path: Path) -> Path:
    """The page where the folder of configuration holds the file."""
    for name in ("pipeline.toml", "model.toml"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    (tmp_path / "annotations.toml").write_text(FILE, encoding="utf-8")
    parameters = load_parameters(tmp_path).page_parameters
    assert replace(parameters, annotations=()) == USUAL
    path = tmp_path / "index.html"
    path.write_text(render_page(read_page_inputs(Tables(root)), parameters), encoding="utf-8")
    return path


def test_annotations_are_drawn_and_labelled(reader: Reader, annotated: Path) -> None:
    """A bar spans the two days on Frank's chart, two sixtieths of its width, with the words of no other account."""
    reader.open(annotated, "#at-frank")
    chart = reader.page.locator("#at-frank [data-chart=count]")
    assert [WORDS] == [text for text in chart.locator("svg text").all_text_contents() if text.startswith("“")]
    bar = chart.locator("svg .mark-rule line[stroke-width='3']")
    assert 1 == bar.count()
    span = abs(float(bar.get_attribute("x2") or bar.evaluate("(line) => line.getBBox().width")))
    whole = chart.locator(".mark-rect.role-mark").last.evaluate("(place) => place.getBBox().width")
    assert 2 / 60 == pytest.approx(span / whole, rel=0.05)
    said = reader.page.locator("#at-frank .notes li").all_inner_texts()
    assert [f"You say of 2026-07-13 to 2026-07-14: {WORDS}"] == said
    assert [] == reader.said


def test_each_account_has_its_own_annotations(reader: Reader, annotated: Path) -> None:
    """Vera's day is told of Vera; of whom nothing is said, nothing is drawn."""
    reader.open(annotated, "#at-viral_vera")
    assert "“a talk”" in reader.page.locator("#at-viral_vera [data-chart=count]").inner_html()
    assert ["You say of 2026-07-20: “a talk”"] == reader.page.locator("#at-viral_vera .notes li").all_inner_texts()
    reader.open(annotated, "#at-quiet_quinn")
    assert 0 == reader.page.locator("#at-quiet_quinn .notes").count()

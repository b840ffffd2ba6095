"""The page in a real browser that has no network."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tasks.page.template import read_template
from tests.page.conftest import Reader, Screen
from tests.page.made import CAST

SCREENS = [Screen(), Screen(scheme="dark"), Screen(width=360)]
NAMES = ["light", "dark", "phone"]
HANDLES = [course.handle for course in CAST]


@pytest.mark.parametrize("reader", SCREENS, ids=NAMES, indirect=True)
def test_every_account_opens_without_error_or_request(reader: Reader, index: Path) -> None:
    """Whichever account is opened, each of its charts holds marks, the console stays silent, and nothing is asked."""
    for handle in HANDLES:
        reader.open(index, f"#at-{handle}")
        reader.page.wait_for_selector(f"#at-{handle}[data-drawn]")
        reader.page.evaluate(f"document.querySelector('#at-{handle} details.more').open = true")
        charts = reader.page.locator(f"#at-{handle} [data-chart]").all()
        assert charts
        for chart in charts:
            chart.locator("svg").wait_for()
            assert 0 < chart.locator("svg path[d]:not([d='']), svg line").count(), handle
    assert [] == reader.said
    assert [] == reader.strangers


@pytest.mark.parametrize("reader", SCREENS, ids=NAMES, indirect=True)
def test_axe_finds_no_violation(reader: Reader, index: Path) -> None:
    """Contrast, names, headings and focus hold axe-core's rules, with every table of an account open."""
    reader.open(index, "#at-frank")
    reader.page.evaluate("document.querySelectorAll('#at-frank details').forEach((details) => (details.open = true))")
    reader.page.wait_for_selector("#at-frank details[data-table=map] td")
    result = Axe().run(reader.page)
    assert 0 == result.violations_count, result.generate_report()


@pytest.mark.parametrize("reader", [Screen(width=360)], ids=["phone"], indirect=True)
def test_a_phone_need_not_scroll_sideways(reader: Reader, index: Path) -> None:
    """At 360 pixels nothing is wider than the screen, whichever account is open with all of its tables."""
    for handle in HANDLES:
        reader.open(index, f"#at-{handle}")
        reader.page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        reader.page.wait_for_selector(f"#at-{handle} details[data-table] td", state="attached")
        assert 360 == reader.page.evaluate("document.documentElement.scrollWidth"), handle


def test_the_keyboard_opens_an_account_and_its_table(reader: Reader, index: Path) -> None:
    """Tab and Enter lead to the second account, whose charts are drawn then, and to the table behind a chart."""
    reader.open(index)
    page = reader.page
    assert 1 == page.locator("section.account:visible").count()
    assert page.locator("#at-mentioned_mia").get_attribute("data-drawn") is None
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "mentioned_mia":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#at-mentioned_mia[data-drawn]")
    assert ["at-mentioned_mia"] == page.evaluate(
        "[...document.querySelectorAll('section.account')].filter((s) => s.offsetHeight).map((s) => s.id)"
    )
    assert "at-mentioned_mia" == page.evaluate("document.activeElement.id")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.more > summary')"):
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.matches('details[data-table=count] > summary')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#at-mentioned_mia details[data-table=count] td")


def test_dark_and_light_change_while_the_page_is_open(reader: Reader, index: Path) -> None:
    """Charts follow the reader's color scheme: their lines have the page's colors of light and of dark."""
    reader.open(index, "#at-frank")
    line = reader.page.locator("#at-frank [data-chart=count] .mark-line path").first
    colors = []
    for scheme in ("light", "dark"):
        reader.page.emulate_media(color_scheme=scheme)
        colors.append(line.evaluate("(path) => getComputedStyle(path).stroke"))
    assert ["rgb(0, 104, 168)", "rgb(98, 184, 240)"] == colors
    assert [] == reader.said


@pytest.mark.parametrize("reader", [Screen(has_scripts=False)], ids=["no scripts"], indirect=True)
def test_the_story_is_told_without_scripts(reader: Reader, index: Path) -> None:
    """Where scripts are switched off, headline and figures of the most urgent account still stand."""
    reader.page.goto(index.as_uri())
    assert "18,358 followers" in reader.page.locator("#at-frank .headline").inner_text()
    assert "18,358" == reader.page.locator("#at-frank dd[data-hero=followers_count]").inner_text()
    assert "#mini-at-frank" == reader.page.locator("#at-frank .proof .mini use").get_attribute("href")
    assert 0 < reader.page.locator("#mini-at-frank polyline").count()


def test_headings_are_in_order(reader: Reader, index: Path) -> None:
    """One first-level heading, and no level is skipped on the way down."""
    reader.open(index)
    levels = reader.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))")
    assert 1 == levels[0]
    assert 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_color_is_never_alone(reader: Reader, index: Path) -> None:
    """Count and community differ in dash, and rises that are not explained in shape, not in color alone."""
    reader.open(index, "#at-frank")
    reader.page.evaluate("document.querySelector('#at-frank details.more').open = true")
    reader.page.wait_for_selector("#at-frank [data-chart=map][data-done]")
    dashes = "[...document.querySelectorAll('#at-frank [data-chart=worth] .mark-line path')]"
    drawn = reader.page.evaluate(f"{dashes}.map((path) => path.getAttribute('stroke-dasharray'))")
    assert {None, "7,4"} == set(drawn)
    shapes = reader.page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#at-frank [data-chart=map] .mark-symbol path')]"
        ".map((path) => [path.getAttribute('fill'), /A/.test(path.getAttribute('d'))]))"
    )
    assert [False, True] == sorted(shapes.values())


def test_print_shows_the_open_account_with_every_chart_drawn(reader: Reader, index: Path) -> None:
    """On paper stands the account that is open, its charts drawn in the colors of light, and no other account."""
    reader.page.emulate_media(color_scheme="dark")
    reader.open(index, "#at-frank")
    reader.page.emulate_media(media="print")
    assert ["at-frank"] == reader.page.evaluate(
        "[...document.querySelectorAll('section.account')].filter((s) => s.offsetHeight).map((s) => s.id)"
    )
    charts = [chart for chart in reader.page.locator("#at-frank [data-chart]").all() if chart.is_visible()]
    assert ["count", "posts", "people"] == [chart.get_attribute("data-chart") for chart in charts]
    assert all(chart.locator("svg .mark-line path[d]").count() for chart in charts)
    line = reader.page.locator("#at-frank [data-chart=count] .mark-line path").first
    assert "rgb(0, 104, 168)" == line.evaluate("(path) => getComputedStyle(path).stroke")
    assert reader.page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("reader", [Screen(has_scripts=False)], ids=["no scripts"], indirect=True)
def test_every_account_has_a_still_picture_without_scripts(reader: Reader, index: Path) -> None:
    """Opened by its link, each account with two known days shows its course, and no empty place for a chart."""
    for handle in HANDLES:
        reader.page.goto("about:blank")
        reader.page.goto(f"{index.as_uri()}#at-{handle}")
        account = reader.page.locator(f"#at-{handle}")
        drawn = account.locator(".proof .mini use")
        boxes = [place.bounding_box() for place in drawn.all()]
        assert handle == "new_nora" or [] != [box for box in boxes if box and box["width"] > 100], handle
        assert 0 == account.locator(".chart:visible").count()
    # What is shown a second time keeps no style that asks for something around it: it would be black.
    assert "course" == reader.page.locator("#mini-at-frank").get_attribute("class")
    assert not re.search(r"\.mini \S*(polyline|polygon|count|community)", read_template("page.css"))

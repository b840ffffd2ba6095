"""Apache Superset, end to end: import the packed dashboard, log in with a real browser, read what it shows.

The screenshot stays in build/superset.png, to be looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.bi.reading import REPOSITORY
from tests.bi.superset import COMMAND, Desk, superset

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOT = REPOSITORY / "build" / "superset.png"
STANDS_STILL = """() => {
    const now = [...document.querySelectorAll('canvas')].map(canvas => canvas.toDataURL()).join()
    const before = window.drawnBefore
    window.drawnBefore = now
    return now === before && document.querySelectorAll('tbody tr').length > 0
}"""
"""Whether nothing was drawn since this was last asked."""
MISSING = [str(path) for path in (COMMAND, CHROMIUM) if not path.exists()]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Superset over the demonstration's reports."""
    with superset(lived / "reports", tmp_path_factory.mktemp("superset")) as desk:
        yield desk


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every address that the browser asks for, but those that the page's own policy holds back."""
    return []


@pytest.fixture(scope="module")
def page(desk: Desk, asked: list[str]) -> Iterator[Page]:
    """The dashboard in a browser, after logging in, its charts drawn."""
    with (
        sync_playwright() as player,
        player.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: asked.remove(request.url) if request.failure == "csp" else None)
        page.goto(f"{desk.address}/login/")
        page.fill("#username", "admin")
        page.fill("#password", desk.word)
        with page.expect_navigation():
            page.press("#password", "Enter")
        page.goto(f"{desk.address}/superset/dashboard/vanity-gap/")
        page.locator("canvas").nth(1).wait_for(timeout=60_000)
        page.wait_for_function(STANDS_STILL, polling=1_000, timeout=60_000)
        SCREENSHOT.parent.mkdir(exist_ok=True)
        page.screenshot(path=str(SCREENSHOT))
        yield page


def _rows(page: Page, title: str) -> list[list[str]]:
    chart = page.locator(".dashboard-component-chart-holder", has_text=title)
    return [row.locator("td").all_inner_texts() for row in chart.locator("tbody tr").all()]


def _answers(lived: Path, question: str, names: str) -> list[list[str]]:
    connection = duckdb.connect(config={"file_search_path": str(lived / "reports")})
    asked = (REPOSITORY / "sql" / f"{question}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    answer = connection.execute(f"select {names} from ({asked}\n)").fetchall()  # noqa: S608 - our own question
    return [["N/A" if value is None else f"{value}" for value in row] for row in answer]


def test_the_tables_show_what_the_questions_answer(page: Page, lived: Path) -> None:
    """Row by row and digit by digit, what Superset shows is what DuckDB answers; null is N/A and never 0."""
    names = "handle, followers_count, vanity_gap, vanity_gap_low, vanity_gap_high, pace_state"
    assert _answers(lived, "accounts_by_gap", names) == _rows(page, "Accounts by gap")
    names = "handle, rising_since, unexplained_followers_count, verdicts, outrunning_since"
    assert _answers(lived, "which_accounts_diverged_this_month", names) == _rows(page, "Diverged this month")


def test_the_charts_are_drawn(page: Page) -> None:
    """Both line charts hold more than one color, and no chart says that it failed."""
    colors = page.evaluate(
        """() => [...document.querySelectorAll('canvas')].map(canvas => {
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
            return new Set(new Uint32Array(pixels.buffer)).size })"""
    )
    assert [True, True] == [count > 10 for count in colors]
    assert 0 == page.locator("[role=alert]").count()


@pytest.mark.usefixtures("page")
def test_no_request_leaves_this_machine(desk: Desk, asked: list[str]) -> None:
    """The policy of `superset_config.py` holds the analytics of Superset's pages back, and nothing else is asked."""
    assert [] == [url for url in asked if not url.startswith((desk.address, "data:", "blob:"))]

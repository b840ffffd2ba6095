"""The page stays small where many accounts have a long past."""

from pathlib import Path

from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.page.parameters import PageParameters
from tasks.store.tables import Tables
from tests.page.conftest import Reader
from tests.page.made import hundred_accounts, reports

MEGABYTES = 1_000_000


def test_a_hundred_accounts_over_a_year_stay_below_four_megabytes(reader: Reader, tmp_path: Path) -> None:
    """100 accounts x 365 restless days, each with event, members and 5,000 followers, fit and open without error."""
    path = hundred_accounts(tmp_path)
    assert 4 * MEGABYTES > path.stat().st_size
    reader.open(path)
    assert 100 == reader.page.locator(".card").count()
    reader.page.get_by_label("Find an account").fill("frank_42")
    assert ["frank_42"] == reader.page.locator(".card:visible h3").all_inner_texts()
    assert [] == reader.said


def test_more_accounts_than_the_page_holds_are_said_to_be_left_out(tmp_path: Path) -> None:
    """The most urgent accounts are told, and how many are not."""
    html = render_page(read_page_inputs(Tables(reports(tmp_path))), PageParameters(accounts_count=2, days_count=30))
    assert 2 == html.count('<li class="card')
    assert "4 accounts less urgent than these left out here" in html
    assert html.index('id="at-frank"') < html.index('id="at-mentioned_mia"')

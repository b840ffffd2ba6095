"""What the pointer reads on a chart is what the Parquet file holds, at every place of every chart of every account."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.store.root import DataRoot
from tests.page.conftest import Reader
from tests.page.made import CAST
from tests.page.test_numbers import asked, tenth, whole

UNEXPLAINED = "present_unexplained_followers_count"
PLACES = (0.02, 0.25, 0.5, 0.75, 0.98)
"""Where the pointer stops, as parts of the plot's width."""
TOOLTIP = "#vg-tooltip-element.visible tr"
LINES = {
    "count": (("followers", "followers_count", whole, False), ("not explained", UNEXPLAINED, whole, False)),
    "posts": (("engagement per post", "engagement_geometric_mean", tenth, True),),
    "people": (("people who engaged", "engagers_count_28d", whole, False),),
    "worth": (
        ("followers", "followers_count", whole, False),
        ("engagement usual for", "community_equivalent_followers", whole, True),
    ),
    "score": (
        ("audience score", "audience_score", tenth, False),
        ("community score", "community_score", tenth, True),
        ("vanity score", "klout_style_score", tenth, False),
    ),
}
"""What each chart of lines says of a day: its words, the column, its form, and whether an interval follows."""


def read_tooltip(reader: Reader, handle: str, chart: str, place: float) -> dict[str, str]:
    """What the tooltip says where the pointer stands at that part of the chart's width."""
    plot = reader.page.locator(f"#at-{handle} [data-chart={chart}] .mark-rect.role-mark").last
    box = plot.bounding_box()
    assert box is not None, (handle, chart)
    reader.page.mouse.move(0, 0)
    reader.page.mouse.move(box["x"] + place * box["width"], box["y"] + box["height"] / 2)
    rows = reader.page.locator(TOOLTIP)
    rows.first.wait_for()
    return {row.locator("td").nth(0).inner_text(): row.locator("td").nth(1).inner_text() for row in rows.all()}


def written(row: dict[str, Any], column: str, form: Any, *, has_interval: bool) -> str:  # noqa: ANN401 - a form of a number
    """The Parquet's value as the page writes it."""
    if row[column] is None:
        return "not known"
    within = f" ({form(row[f'{column}_low'])} to {form(row[f'{column}_high'])})" if has_interval else ""
    return f"{form(row[column])}{within}"


@pytest.mark.parametrize("handle", [course.handle for course in CAST])
def test_the_pointer_reads_the_parquet(reader: Reader, index: Path, root: DataRoot, handle: str) -> None:
    """On each chart of lines, wherever the pointer stands, day and values are those of account_daily."""
    asked_rows = asked(root, "SELECT * FROM account_daily")
    rows = {str(row["report_date"]): row for row in asked_rows if row["handle"] == handle}
    posts = posts_by_day(root, handle)
    reader.open(index, f"#at-{handle}")
    reader.page.evaluate(f"document.querySelector('#at-{handle} details.more').open = true")
    reader.page.wait_for_selector(f"#at-{handle} [data-chart=worth][data-done]")
    reader.page.wait_for_selector(f"#at-{handle} [data-chart=score][data-done]")
    drawn = {chart for chart in LINES if reader.page.locator(f"#at-{handle} [data-chart={chart}]").count()}
    assert {"count", "worth", "score"} <= drawn
    for chart in sorted(drawn):
        reader.page.locator(f"#at-{handle} [data-chart={chart}]").scroll_into_view_if_needed()
        for place in PLACES:
            shown = read_tooltip(reader, handle, chart, place)
            day = shown.pop("day")
            row, rest = rows[day], rows[day][UNEXPLAINED]
            expected = {
                name: written(row, column, form, has_interval=ends) for name, column, form, ends in LINES[chart]
            }
            if chart == "count":
                # In the reports made here the ends lie apart on all days of the rise of which it cannot be told.
                left = None if rest is None else row[f"{UNEXPLAINED}_high"] - rest if handle == "mentioned_mia" else 0
                expected["cannot be told"] = "not known" if left is None else whole(left)
                expected["not part of a wave"] = (
                    "not known" if left is None else whole(row["followers_count"] - rest - left)
                )
            if chart == "posts":
                expected["posts of the day"] = ", ".join(posts.get(day, ())) or "none settled"
            assert expected == shown, (chart, day)


def posts_by_day(root: DataRoot, handle: str) -> dict[str, list[str]]:
    """The engagement of each day's posts, by DuckDB."""
    ids = {row["account_id"] for row in asked(root, "SELECT * FROM account_daily") if row["handle"] == handle}
    file = f"{root.uri}/reports/latest/post_engagement.parquet"
    rows = duckdb.sql("SELECT * FROM read_parquet($file)", params={"file": file}).to_arrow_table().to_pylist()
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["account_id"] in ids:
            found.setdefault(f"{row['created_at']:%Y-%m-%d}", []).append(whole(row["engagement_count"]))
    return found

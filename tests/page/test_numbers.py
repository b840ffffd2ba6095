"""Page, terminal and Parquet say the same numbers; DuckDB, which shares no code with the page, reads the latter."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.cli.commands import run_command
from tasks.store.root import DataRoot
from tests.page.conftest import Reader
from tests.page.made import CAST, FRANK, LAST

Form = Callable[[Any], str]


def whole(value: float) -> str:
    """A count."""
    return f"{value:,.0f}"


def tenth(value: float) -> str:
    """A score."""
    return f"{value:.1f}"


def age(days: float) -> str:
    """An age of two months and more: in months of a twelfth of a year up to two years, then in years."""
    return f"{days / 30.44:.0f} months" if days < 730 else f"{days / 365.25:.1f} years"


def open_everything(reader: Reader) -> None:
    """Unfold whatever is folded away."""
    reader.page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")


def signed(value: float) -> str:
    """A gap."""
    return f"{value:+.1f}"


def percent(value: float) -> str:
    """A share."""
    return f"{100 * value:.1f} %"


FIGURES: Mapping[str, tuple[str, Form, bool]] = {
    "followers_count": ("Followers", whole, False),
    "community_equivalent_followers": ("Engagement usual for", whole, True),
    "vanity_gap": ("Vanity gap", signed, True),
    "hollow_share": ("Hollow share", percent, True),
    "klout_style_score": ("Vanity score", tenth, False),
    "audience_score": ("Audience score", tenth, False),
    "community_score": ("Community score", tenth, True),
    "engagement_geometric_mean": ("Engagement per post", tenth, True),
    "present_unexplained_followers_count": ("Not explained, still there", whole, True),
    "klout_style_score_without_unexplained": ("Vanity score without them", tenth, True),
    "engagers_count_28d": ("People who engaged", whole, False),
    "active_follower_share": ("Active followers", percent, True),
}

ADDED = ("present_unexplained_followers_count", "klout_style_score_without_unexplained")
"""Columns that older tables lack: nothing is shown of them where they are never known."""


def asked(root: DataRoot, query: str) -> list[dict[str, Any]]:
    """What DuckDB answers to a query on account_daily."""
    table = f"'{root.uri}/reports/latest/account_daily.parquet'"
    answer = duckdb.connect().execute(query.replace("account_daily", table))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def last_row(root: DataRoot, handle: str) -> dict[str, Any]:
    """The account's last day with a follower count."""
    known = "SELECT * FROM account_daily WHERE handle = 'HANDLE' AND followers_count IS NOT NULL"
    return asked(root, f"{known} ORDER BY report_date DESC LIMIT 1".replace("HANDLE", handle))[0]


NUMBER = re.compile(r"(?<![\w-])[+-]?\d[\d,]*(?:\.\d+)?(?![\w-])")
"""A number in a text; the parts of a day are none."""
WINDOWS = {"28", "30"}
"""The days of a window, which its name holds."""


def said_numbers(text: str) -> set[str]:
    """The numbers in a text, without days and without windows."""
    return set(NUMBER.findall(re.sub(r"\d{4}-\d\d-\d\d|x [\d.,]+|[+-][\d.]+ points", "", text))) - WINDOWS


@pytest.mark.parametrize("handle", [course.handle for course in CAST])
def test_every_number_of_the_first_screen_is_that_of_account_summary(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str], handle: str
) -> None:
    """Sentence, three numbers, before and after, and the terminal's line of the account: each stands in its row."""
    query = f"SELECT * FROM '{root.uri}/reports/latest/account_summary.parquet'"  # noqa: S608 - a file of this test
    rows = {row["handle"]: row for row in duckdb.sql(query).to_arrow_table().to_pylist()}
    row = {name: value for name, value in rows[handle].items() if isinstance(value, int | float)}
    written = {form(value) for value in row.values() for form in (whole, tenth, signed)}
    written |= said_numbers(rows[handle]["unexplained_evidence"] or "")
    reader.open(index, f"#at-{handle}")
    account = reader.page.locator(f"#at-{handle}")
    shown = account.locator(".headline, .numbers, .reasons, .compared").all_inner_texts()
    assert rows[handle]["account_sentence"] == shown[0]
    run_command(["show", "--data-root", root.uri])
    terminal = capsys.readouterr().out
    line = next(line for line in terminal.splitlines() if line.startswith(handle))
    assert set() == said_numbers(" ".join([*shown, line.removeprefix(handle)])) - written
    for place in account.locator("[data-hero]").all():
        column = str(place.get_attribute("data-hero"))
        alone = said_numbers(str(place.text_content()))
        ends = {form(row[name]) for name in row if name.startswith(column) for form in (whole, tenth)}
        assert alone <= ends, column


@pytest.mark.parametrize("handle", [course.handle for course in CAST])
def test_no_number_stands_twice_with_another_value(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str], handle: str
) -> None:
    """Card, sentence, three numbers, before and after, and the terminal's line: one value for each column."""
    reader.open(index, f"#at-{handle}")
    said: dict[str, set[str]] = {}
    for place in reader.page.locator(f"#at-{handle} [data-hero]").all():
        said.setdefault(str(place.get_attribute("data-hero")), set()).add(first_value(str(place.text_content())))
    bars = reader.page.locator(f".card[data-handle={handle}] .pair b").all_inner_texts()
    run_command(["show", "--data-root", root.uri])
    lines = capsys.readouterr().out.splitlines()
    names, line = (re.split(r"  +", next(row for row in lines if row.startswith(word))) for word in ("account", handle))
    for place, column in enumerate(("followers_count", "explained_followers_count")):
        said[column] |= {first_value(bars[place]), first_value(line[2 + place])}
    assert ["account", "state", "followers", "not part of a wave"] == names[:4]
    assert 3 <= len(said)
    assert {} == {column: values for column, values in said.items() if len(values) > 1}
    followers = said["followers_count"].pop()
    headline = reader.page.locator(f"#at-{handle} .headline").inner_text()
    assert headline.startswith(f"{followers} follower")


def first_value(text: str) -> str:
    """The number with which a text begins, or that it is not known; where only the ends are known, the lower one."""
    return "not known" if text.startswith("not known") else NUMBER.findall(text)[0]


@pytest.mark.parametrize("handle", [course.handle for course in CAST])
def test_figures_are_equal_on_page_in_terminal_and_in_parquet(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str], handle: str
) -> None:
    """Each figure and both ends of its interval are the Parquet value, rounded to what is shown."""
    row = last_row(root, handle)
    reader.open(index, f"#at-{handle}")
    run_command(["show", handle, "--data-root", root.uri])
    terminal = capsys.readouterr().out
    for column, (name, form, has_interval) in FIGURES.items():
        if row[column] is None and column in ADDED:
            continue
        value = "not known" if row[column] is None else form(row[column])
        account = reader.page.locator(f"#at-{handle}")
        assert value == account.locator(f"[data-column={column}]").text_content()
        interval = ""
        if has_interval and row[column] is not None:
            interval = f"{form(row[f'{column}_low'])} to {form(row[f'{column}_high'])}"
            assert interval == account.locator(f"[data-interval={column}]").text_content()
        assert re.search(rf"^{name} +{re.escape(value)} *{re.escape(interval)}  ", terminal, re.MULTILINE), name


def test_what_a_list_is_made_of_is_equal_on_page_in_terminal_and_in_parquet(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each figure of the sentence is that of `accounts`; of a list without profiles only its length is said."""
    query = f"SELECT * FROM '{root.uri}/reports/latest/accounts.parquet'"  # noqa: S608 - a file of this test
    table = {row["handle"]: row for row in duckdb.sql(query).to_arrow_table().to_pylist()}
    row = table["frank"]
    assert 1 > row["narrowest_creation_days"]
    sentence = (
        f"{whole(row['profiled_followers_count'])} followers ever seen in the list, counted as they were then: "
        f"{percent(row['followers_never_posted_share'])} had never posted, "
        f"{percent(row['followers_inactive_share'])} had not posted lately or ever, "
        f"{percent(row['followers_default_image_share'])} had no picture of their own; "
        f"half of their accounts were at most {age(row['followers_median_age_days'])} old when they followed. "
        f"The followers in a row who were created closest together were created within "
        "less than a day. "
        f"Of those in its most silent stretch {percent(row['most_silent_window_share'])} had never posted."
    )
    shown = {
        "frank": sentence,
        "new_nora": f"{whole(table['new_nora']['profiled_followers_count'])} followers ever seen in the list.",
    }
    for handle, text in shown.items():
        reader.open(index, f"#at-{handle}")
        open_everything(reader)
        assert text in reader.page.locator(f"#at-{handle}").inner_text()
        run_command(["show", handle, "--data-root", root.uri])
        assert text in " ".join(capsys.readouterr().out.split())
    reader.open(index, "#at-quiet_quinn")
    assert "Who its followers are" not in reader.page.locator("#at-quiet_quinn").inner_text()


def test_the_table_behind_a_chart_holds_every_day(reader: Reader, index: Path, root: DataRoot) -> None:
    """What a chart draws is each day's Parquet value, and days without one are not known."""
    reader.open(index, "#at-frank")
    reader.page.evaluate("document.querySelectorAll('#at-frank details').forEach((details) => (details.open = true))")
    reader.page.wait_for_selector("#at-frank details[data-table=score] td")
    shown = reader.page.evaluate(
        "['worth', 'score'].map((name) => [...document.querySelectorAll(`#at-frank [data-table=${name}] tbody tr`)]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent)))"
    )
    rows = asked(root, "SELECT * FROM account_daily WHERE handle = 'frank' ORDER BY report_date DESC")
    assert [[_text(row, "report_date", str), *_counts(row)] for row in rows] == shown[0]
    assert [[_text(row, "report_date", str), *_scores(row)] for row in rows] == shown[1]


def _counts(row: dict[str, Any]) -> list[str]:
    return [_text(row, "followers_count", whole), _within(row, "community_equivalent_followers", whole)]


def _scores(row: dict[str, Any]) -> list[str]:
    return [
        _text(row, "audience_score", tenth),
        _within(row, "community_score", tenth),
        _within(row, "vanity_gap", signed),
        _text(row, "klout_style_score", tenth),
        _text(row, "klout_style_score_without_unexplained", tenth),
    ]


def _text(row: dict[str, Any], column: str, form: Form) -> str:
    return "not known" if row[column] is None else form(row[column])


def _within(row: dict[str, Any], column: str, form: Form) -> str:
    if row[column] is None:
        return "not known"
    return f"{form(row[column])} ({form(row[f'{column}_low'])} to {form(row[f'{column}_high'])})"


def test_the_headline_is_one_sentence_on_page_and_in_terminal(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    """The headline names followers, those who are not part of a wave with interval, and people, worked by hand."""
    told = (
        "18,358 followers. About 1,600 (1,420 to 1,650) are not part of a wave; 16,758 who came on 2026-07-15 are "
        "not explained by the account's activity. "
        "150 people engaged in the last 28 days, as far as they were read by name."
    )
    reader.open(index, "#at-frank")
    assert told == reader.page.locator("#at-frank .headline").inner_text()
    run_command(["show", "frank", "--data-root", root.uri])
    assert told in " ".join(capsys.readouterr().out.split())


def test_how_many_are_reachable_is_said_by_both_ends(reader: Reader, index: Path) -> None:
    """What is reported by its ends alone stands as from the one to the other."""
    reader.open(index, "#at-frank")
    assert "1,221 to 1,648" == reader.page.locator("#at-frank [data-column=reachable_followers_count]").text_content()


def test_every_share_has_an_interval_or_says_why_not(reader: Reader, index: Path) -> None:
    """Wherever a percentage stands, an interval, its level, or the word `counted` stands in the same breath."""
    reader.open(index, "#at-frank")
    shares = reader.page.evaluate(
        "[...document.querySelectorAll('#at-frank dd.value, #at-frank li, #at-frank p')]"
        ".filter((place) => place.textContent.includes('%'))"
        ".map((place) => (place.closest('.reasons > *') ?? (place.tagName === 'DD' ? place.parentElement : place))"
        ".textContent)"
    )
    assert shares
    assert [] == [text for text in shares if not re.search(r"% to |interval|[Cc]ounted|Probability", text)]


def test_members_stand_under_pseudonyms_alone(reader: Reader, index: Path) -> None:
    """The twenty most faithful are shown by pseudonym, the most days first, and X's ids of followers nowhere."""
    reader.open(index, "#at-frank")
    names = reader.page.locator("#at-frank td code").all_text_contents()
    assert [f"0000{place:012x}" for place in range(20)] == names


def arrived(reader: Reader, handle: str) -> dict[str, int]:
    """How many followers the table behind the arrival map holds of each kind."""
    open_everything(reader)
    reader.page.wait_for_selector(f"#at-{handle} details[data-table=map] td")
    cells = reader.page.evaluate(
        f"[...document.querySelectorAll('#at-{handle} [data-table=map] tbody tr')]"
        ".map((row) => [row.cells[2].textContent, Number(row.cells[3].textContent)])"
    )
    return {kind: sum(count for other, count in cells if other == kind) for kind, _ in cells}


def test_the_arrival_map_counts_every_follower(reader: Reader, index: Path) -> None:
    """The 500 followers read of frank are all on the map: 100 of before, 400 in the rise that is not explained."""
    reader.open(index, "#at-frank")
    assert {"otherwise": 100, "not explained": 400} == arrived(reader, "frank")
    caption = reader.page.locator("#at-frank figure:has([data-chart=map]) figcaption").inner_text()
    assert "500 followers are counted into marks of 11 places by" in caption


def test_a_list_brought_in_tells_of_the_past(
    reader: Reader, index: Path, root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who came before anybody looked: the block of 120 among 200 listed stands on the map and in words."""
    told = "120 of those listed on 2026-07-01 stand in 1 block that followed together before."
    reader.open(index, "#at-quiet_quinn")
    assert {"otherwise": 80, "in a block": 120} == arrived(reader, "quiet_quinn")
    assert told in reader.page.locator("#at-quiet_quinn").inner_text()
    run_command(["show", "quiet_quinn", "--data-root", root.uri])
    said = " ".join(capsys.readouterr().out.split())
    assert told in said
    assert "+ blocks in its past" in said
    assert "- 200 followers were listed on 2026-07-01; 120 of them stand in 1 block that followed together." in said
    assert "- 120 followers followed together." in said


def test_the_days_of_frank_end_where_the_reports_end() -> None:
    """The invented reports end on the day that the tests above speak of."""
    assert ("2026-07-28", 60) == (str(LAST), FRANK.days)

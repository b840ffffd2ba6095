"""The reports at a glance, in the terminal."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from tasks.reports.glance import glance, sparkline
from tasks.schema.frames import frame
from tasks.schema.judged import DIVERGENCE_EVENTS
from tasks.schema.reported import ACCOUNT_DAILY
from tasks.store import layout
from tasks.store.parquet import Selection, read
from tasks.store.root import DataRoot

SPARKLINE_WIDTH = 10
COLUMNS = (
    "report_date",
    "account_id",
    "handle",
    "followers_count",
    "followers_delta",
    "klout_style_score",
    "reach_score",
    "engagement_geometric_mean",
    "community_equivalent_followers",
    "vanity_gap",
    "pace_state",
)


def account_days(root: DataRoot) -> pd.DataFrame:
    """What the glance needs of `account_daily`."""
    return frame(read(ACCOUNT_DAILY, root, [str(layout.latest_file(ACCOUNT_DAILY))], Selection(columns=COLUMNS)))


def event_lines(root: DataRoot) -> pd.DataFrame:
    """What was said of each event: account_id, first_date, summary."""
    columns = Selection(columns=("account_id", "first_date", "summary"))
    rows = frame(read(DIVERGENCE_EVENTS, root, [str(layout.latest_file(DIVERGENCE_EVENTS))], columns))
    return rows.sort_values(["first_date", "account_id"])


def show_events(events: pd.DataFrame, days: pd.DataFrame, console: Console) -> None:
    """Print one sentence per event, oldest first."""
    handles = days.drop_duplicates("account_id", keep="last").set_index("account_id")["handle"]
    for event in events.to_dict("records"):
        console.print(f"[bold]{handles[event['account_id']]}[/bold]  {event['summary']}", highlight=False)


def show(days: pd.DataFrame, console: Console) -> None:
    """Print one line per account: what the count says, and beside it what the community says."""
    table = Table(title=_title(days), title_justify="left", caption_justify="left")
    table.add_column("account", no_wrap=True)
    table.add_column("followers", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("largest\nchange", justify="right", no_wrap=True)
    table.add_column("vanity score", justify="right", no_wrap=True)
    table.add_column("engagement\nper post", justify="right", no_wrap=True)
    table.add_column("widest\nvanity gap", justify="right", no_wrap=True)
    table.add_column("community\nthen worth", justify="right", no_wrap=True)
    counts = {account: rows["followers_count"] for account, rows in days.groupby("account_id", sort=True)}
    for row in glance(days).to_dict("records"):
        table.add_row(
            *_cells(row, counts[row["account_id"]]), style="bold" if row["pace_state"] == "outrunning" else ""
        )
    console.print(table)
    console.print(
        "vanity score: a Klout-style reconstruction, 0 to 100. engagement per post: geometric mean of four weeks.\n"
        "vanity gap: points by which the count is ahead of the community. community worth: the followers for which\n"
        "its engagement is usual, by the account's own past.\n"
    )


def _title(days: pd.DataFrame) -> str:
    return f"{days['report_date'].min():%Y-%m-%d} to {days['report_date'].max():%Y-%m-%d}"


def _cells(row: Mapping[Hashable, Any], counts: pd.Series) -> tuple[str, ...]:
    return (
        str(row["handle"]),
        f"{_number(row['followers_count_first'])} → {_number(row['followers_count_last'])}",
        sparkline(counts, SPARKLINE_WIDTH),
        _on(row["largest_delta"], row["largest_date"]),
        f"{_number(row['klout_style_score_first'], 1)} → {_number(row['klout_style_score_last'], 1)}",
        f"{_number(row['engagement_geometric_mean_first'], 1)} → {_number(row['engagement_geometric_mean_last'], 1)}",
        _on(row["widest_gap"], row["widest_date"], 1),
        _number(row["widest_community"]),
    )


def _on(value: Any, day: Any, digits: int = 0) -> str:  # noqa: ANN401 - pandas scalars
    return "unknown" if pd.isna(value) else f"{_number(value, digits, sign='+')} on {day:%b %d}"


def _number(value: Any, digits: int = 0, sign: str = "") -> str:  # noqa: ANN401 - a pandas scalar
    """The number for people; a dash where it is unknown."""
    if pd.isna(value):
        return "-"
    return f"{float(value):{sign},.{digits}f}"

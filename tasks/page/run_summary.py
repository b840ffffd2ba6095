"""What a run did, in plain words: the markdown that an operator reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from tasks.freshness.plan import MATURED, MISSING, STALE, DayPlan
from tasks.page.news import News


@dataclass(frozen=True)
class Summary:
    """Everything that one run has to say."""

    title: str
    done: str
    news: Sequence[News]
    handles: Mapping[str, str]
    notes: Sequence[str]
    page: str | None


def markdown(summary: Summary) -> str:
    """The summary as markdown; what is not known is left out, never made up."""
    parts = [f"# {summary.title}", f"{summary.done}.", "## Divergences", *_news(summary)]
    if summary.notes:
        parts += ["## To know", "\n".join(f"- {note}" for note in summary.notes)]
    if summary.page:
        parts.append(f"[The page with every account]({summary.page})")
    return "\n\n".join(parts) + "\n"


def _news(summary: Summary) -> list[str]:
    recent = [entry for entry in summary.news if not entry.is_past]
    lines = [_said(entry, summary.handles) for entry in recent]
    past = len({entry.event_id for entry in summary.news if entry.is_past})
    if past:
        lines.append(f"- {past} older divergences were found in the past; they stand in `divergence_events`.")
    return ["\n".join(lines) or "Nothing new."]


def _said(entry: News, handles: Mapping[str, str]) -> str:
    return f"- **{handles.get(entry.account_id, entry.account_id)}**, {entry.state}: {entry.summary}"


def unread_notes(plans: Sequence[DayPlan]) -> list[str]:
    """Which of these days were missed, which of them can still be filled, and which counts nobody can know any more."""
    unread = [plan.day for plan in plans if plan.unknown_count and not _is_counted(plan)]
    partly = [plan.day for plan in plans if plan.unknown_count and _is_counted(plan)]
    fillable = [plan.day for plan in plans if plan.state in {MISSING, STALE} and _is_counted(plan)]
    notes = []
    if unread:
        notes.append(
            f"Nothing was read on {_spans(unread)}: X cannot be asked for past counts, so these stay unknown. "
            "New and lost followers and posts of these days can still come from an export (`python -m flows.imports`)."
        )
    if partly:
        notes.append(f"Some accounts were not read on {_spans(partly)}: their counts of these days stay unknown.")
    if fillable:
        notes.append(
            f"Observed, but not reported or no longer up to date: {_spans(fillable)}. "
            f"Fill: `python -m flows.backfill --start {fillable[0]} --end {fillable[-1]}`."
        )
    return notes


def _is_counted(plan: DayPlan) -> bool:
    """Days before the first reading, of which only posts are known, wait until somebody asks for them."""
    return any(source != MATURED for source, _ in plan.sources)


def _spans(days: Sequence[date]) -> str:
    """The days as spans: `2026-07-01 to 2026-07-03, 2026-07-09`.

    >>> _spans([date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 9)])
    '2026-07-01 to 2026-07-02, 2026-07-09'
    """
    ordered = sorted(days)
    firsts = [day for day in ordered if day - timedelta(days=1) not in set(ordered)]
    lasts = [day for day in ordered if day + timedelta(days=1) not in set(ordered)]
    pairs = zip(firsts, lasts, strict=True)
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in pairs)


def spend_table(spend: pd.DataFrame, budget_usd: float) -> list[dict[str, str | int | float]]:
    """One row per UTC day of `api_spend`, newest first: requests, objects, USD, and what part of the budget that is."""
    by_day = spend.groupby("spend_date", sort=True).agg(
        requests=("request_id", "size"), objects=("new_objects_count", "sum"), usd=("price_usd", "sum")
    )
    return [
        {
            "day": f"{day:%Y-%m-%d}",
            "requests": int(row.requests),
            "objects billed": int(row.objects),
            "spent in USD": round(float(row.usd), 4),
            "budget in USD": budget_usd,
            "of the budget": f"{row.usd / budget_usd:.1%}" if budget_usd else "no budget",
        }
        for day, row in by_day.iloc[::-1].iterrows()
    ]

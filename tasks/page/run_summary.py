"""What a run did, in plain words: the markdown that an operator reads."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from tasks.freshness.plan import MATURITY, MISSING, STALE, DayPlan
from tasks.page.codes import explain_code
from tasks.page.news import News
from tasks.schema.months import each_day
from tasks.schema.plain_text import markdown_text


def build_summary(title: str, done: str, news: Sequence[str], notes: Sequence[str], page: str | None) -> str:
    """What a run has to say as markdown, with a link to the page where there is one; `news` are its list's lines."""
    parts = [
        f"# {markdown_text(title)}",
        f"{markdown_text(done)}.",
        "## Divergences",
        "\n".join(news) or "Nothing new.",
    ]
    if notes:
        parts += ["## To know", "\n".join(f"- {markdown_text(note)}" for note in notes)]
    if page:
        parts.append(f"[The page with every account]({page})")
    return "\n\n".join(parts) + "\n"


def news_lines(news: Sequence[News], handles: Mapping[str, str]) -> list[str]:
    """A line on each thing that is new of the present, and one on how many belong to the past."""
    lines = [
        f"- **{markdown_text(handles.get(entry.account_id, entry.account_id))}**, {entry.state}: "
        f"{markdown_text(entry.summary)}"
        for entry in news
        if not entry.is_past
    ]
    past = len({entry.event_id for entry in news if entry.is_past})
    if past:
        lines.append(f"- {past} older divergences were found in the past; they stand in `divergence_events`.")
    return lines


def rejection_notes(rejections: pd.DataFrame) -> list[str]:
    """How much of the answers was set aside, and why; rows of `rejections` of one day."""
    if rejections.empty:
        return []
    met = rejections.groupby(["rejected_field", "rejection_reason"], sort=True)["rejected_count"].sum().reset_index()
    said = [
        f"{count} {field} ({explain_code('rejection_reason', reason)})"
        for field, reason, count in met.itertuples(index=False)
    ]
    accounts = rejections["account_id"].nunique()
    return [f"set aside of what {accounts} accounts were answered: {', '.join(said)}; all else counts"]


def catch_up_notes(first: date, usual_first: date) -> list[str]:
    """That a run derived days before the usual ones, because they were never derived.

    >>> catch_up_notes(date(2026, 7, 1), date(2026, 7, 3))
    ['derived for the first time: what is known of 2026-07-01 to 2026-07-02']
    """
    if first >= usual_first:
        return []
    last = usual_first - timedelta(days=1)
    return [f"derived for the first time: what is known of {format_spans(list(each_day((first, last))))}"]


def unread_notes(plans: Sequence[DayPlan]) -> list[str]:
    """Which of these days were missed, which of them can still be filled, and which counts nobody can know any more."""
    unread = unread_days(plans)
    partly = [plan.day for plan in plans if plan.unknown_count and is_counted(plan)]
    fillable = [plan.day for plan in plans if plan.state in {MISSING, STALE} and is_counted(plan)]
    notes = []
    if unread:
        notes.append(
            f"Nothing was read on {format_spans(unread)}: X cannot be asked for past counts, so these stay unknown. "
            "New and lost followers and posts of these days can still come from an export (`python -m flows.imports`)."
        )
    if partly:
        notes.append(f"Some accounts were not read on {format_spans(partly)}: their counts of these days stay unknown.")
    if fillable:
        notes.append(
            f"Observed, but not reported or no longer up to date: {format_spans(fillable)}. "
            f"Fill: `python -m flows.backfill --start {fillable[0]} --end {fillable[-1]}`."
        )
    return notes


def unread_days(plans: Sequence[DayPlan]) -> list[date]:
    """The days on which somebody was tracked and nobody was read."""
    return [plan.day for plan in plans if plan.unknown_count and not is_counted(plan)]


def is_counted(plan: DayPlan) -> bool:
    """Whether anybody was read or imported on the day.

    Days before the first reading, of which only posts are known, wait until somebody asks for them.
    """
    return any(source != MATURITY for source, _ in plan.sources)


def format_spans(days: Sequence[date]) -> str:
    """The days as spans: `2026-07-01 to 2026-07-03, 2026-07-09`.

    >>> format_spans([date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 9)])
    '2026-07-01 to 2026-07-02, 2026-07-09'
    """
    ordered = sorted(days)
    firsts = [day for day in ordered if day - timedelta(days=1) not in set(ordered)]
    lasts = [day for day in ordered if day + timedelta(days=1) not in set(ordered)]
    pairs = zip(firsts, lasts, strict=True)
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in pairs)

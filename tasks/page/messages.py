"""What people are told, in the words of page and summary: events, the week, days that went wrong, and the budget."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from tasks.outbox.message import Message
from tasks.page.codes import explain_code
from tasks.page.news import News
from tasks.page.overview import headline, overview_sentence
from tasks.page.run_summary import format_spans
from tasks.page.story import Story
from tasks.page.words import format_usd, pluralize

_BECAME = {"opened": "something happened", "changed": "it is seen otherwise now", "closed": "it is over"}


def news_messages(
    news: Sequence[News], handles: Mapping[str, str], stories: Sequence[Story], today: date
) -> list[Message]:
    """A message on each thing that is new of the present: what happened, and how the account stands."""
    standing = {story.account_id: headline(story) for story in stories}
    return [
        Message(
            message_id=f"divergence/{entry.event_id}/{entry.state}/{entry.verdict}",
            made_on=today,
            subject=f"{handles.get(entry.account_id, entry.account_id)}: {_BECAME[entry.state]}, "
            f"{explain_code('explanation', entry.verdict)}",
            text="\n\n".join(part for part in (entry.summary, standing.get(entry.account_id, "")) if part),
            account_id=entry.account_id,
        )
        for entry in news
        if not entry.is_past
    ]


def digest_id(weekday: int, today: date) -> str:
    """The digest of the week that began on the weekday, 0 for Monday.

    >>> digest_id(0, date(2026, 7, 16))
    'digest/2026-07-13'
    """
    return f"digest/{today - timedelta(days=(today.weekday() - weekday) % 7)}"


def digest_message(stories: Sequence[Story], message_id: str, today: date, most: int) -> Message:
    """How every account stands, the most urgent first."""
    lines = [f"@{story.handle}: {headline(story)}" for story in stories[:most]]
    if len(stories) > most:
        lines.append(f"{pluralize(len(stories) - most, 'account')} less urgent than these stand on the page.")
    text = "\n\n".join([overview_sentence(list(stories)), *lines])
    return Message(message_id, today, f"How the followed accounts stand on {today}", text)


def failure_message(flow: str, state: str, sentence: str, today: date) -> Message:
    """A run that did not get to its end; the same sentence is told once a day."""
    digest = hashlib.sha256(sentence.encode()).hexdigest()[:8]
    said = "was refused" if state == "Refused" else "failed" if state == "Failed" else f"ended as {state.lower()}"
    return Message(f"{state.lower()}/{flow}/{today}/{digest}", today, f"The run {flow} of {today} {said}", sentence)


def missed_message(unread: Sequence[date], today: date) -> Message:
    """Days on which nothing was read; told again only when another one was missed."""
    text = (
        f"Nothing was read on {format_spans(unread)}. X cannot be asked for past counts, so these stay unknown. "
        "See why no run came to its end, and whether the schedule still runs."
    )
    return Message(f"missed/{max(unread)}", today, f"Nothing was read on {format_spans(unread)}", text)


def budget_messages(
    spend: pd.DataFrame, budgets: Mapping[str, float], shares: Sequence[float], today: date
) -> list[Message]:
    """Which part of the budget of the `day` or `month` (UTC) is spent: the largest of these shares, each once.

    `spend` are rows of `api_spend`; a budget of nothing is never told.
    """
    dates = spend["spend_date"].dt.date
    is_in = {"day": dates == today, "month": dates >= today.replace(day=1)}
    periods = {"day": f"{today}", "month": f"{today:%Y-%m}"}
    messages = []
    for period, budget in budgets.items():
        spent = float(spend.loc[is_in[period], "price_usd"].sum())
        reached = [share for share in shares if budget and spent >= share * budget]
        if reached:
            subject = f"{max(reached):.0%} of the budget of {periods[period]} is spent".replace("%", " %")
            text = (
                f"{format_usd(spent)} of {format_usd(budget)} are spent in {periods[period]}. At the whole of it no "
                "request is made any more: raise [budget] in pipeline.toml, or lower the level of an account."
            )
            messages.append(Message(f"budget/{periods[period]}/{max(reached)}", today, subject, text))
    return messages

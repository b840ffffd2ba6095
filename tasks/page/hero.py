"""What is said of an account first: in sentences, in three numbers, and as before and after.

The sentences are written into `account_summary`; page and terminal show them from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page.clearance import describe_limits
from tasks.page.codes import explain_code
from tasks.page.inputs import ReportRow, RowsByAccount, list_records
from tasks.page.next_reading import account_outlook
from tasks.page.wave_facts import FACT_SEPARATOR, wave_facts
from tasks.page.words import (
    NOT_KNOWN,
    Scalar,
    format_count,
    format_day,
    format_days,
    format_difference,
    format_interval,
    format_points,
    format_range,
    format_sentence,
    pluralize,
)
from tasks.reports.account_summary import account_summary
from tasks.reports.activity import LEAST_DAYS, USUAL_DAYS

_ENDS = ("", "_low", "_high")
_EXPLAINED, _UNEXPLAINED = "explained_followers_count", "present_unexplained_followers_count"
_STEADY = 0.1
"""Less than a tenth more or less is said to be unchanged where no interval tells."""


@dataclass(frozen=True)
class JudgedEvents:
    """Rows of `divergence_events`, `event_evidence` and `arrival_cohorts`."""

    events: pd.DataFrame
    evidence: pd.DataFrame
    cohorts: pd.DataFrame


def summarize(days: pd.DataFrame, judged: JudgedEvents, gap_dates: pd.Series) -> pd.DataFrame:
    """Rows of `account_summary` with their words; `days` and `gap_dates` are those of `account_summary`."""
    rows, as_of = account_summary(days, judged.events, gap_dates), days["report_date"].max()
    sentences = [account_sentence(row, as_of) for row in list_records(rows)]
    facts = _facts_by_account(judged)
    evidence = [facts.get(account) for account in rows["account_id"]]
    named = pd.Series(evidence, dtype="object").where((rows[_UNEXPLAINED] > 0).fillna(value=False))
    mine = RowsByAccount(judged.events)
    outlook = pd.Series([account_outlook(mine.records(str(name))) for name in rows["account_id"]], dtype="object")
    return rows.assign(account_sentence=sentences, unexplained_evidence=named, account_outlook=outlook)


def _facts_by_account(judged: JudgedEvents) -> dict[str, str]:
    """The facts of each account's largest wave, where there are any."""
    waves = judged.events[judged.events["verdict"] == "unexplained_wave"]
    largest = waves.sort_values("unexplained_followers_count").drop_duplicates("account_id", keep="last")
    cohorts = {row["event_id"]: row for row in list_records(judged.cohorts)}
    evidence = dict(iter(judged.evidence.groupby("event_id")))
    facts = {
        str(account): wave_facts(cohorts.get(event, {}), evidence[event])
        for account, event in zip(largest["account_id"], largest["event_id"], strict=True)
        if event in evidence
    }
    return {account: text for account, text in facts.items() if text}


def account_sentence(row: ReportRow, as_of: Scalar) -> str:
    """The account in two or three sentences; `row` is one of `account_summary`, `as_of` the newest day of all."""
    parts = (*_stated(row), _count(row, as_of), *_explained(row), _people(row))
    return " ".join(format_sentence(part) for part in parts)


def _stated(row: ReportRow) -> Iterator[str]:
    """What an export tells in sum, where no follower count is known."""
    delta = row.get("stated_followers_delta")
    if pd.isna(delta):
        return
    days, last = pluralize(int(row["stated_days_count"]), "day"), format_day(row["stated_last_date"])
    yield f"{delta:+,.0f} net follows in {days} to {last}"
    if pd.isna(row["largest_rise_date"]):
        yield f"no day stands out of the {USUAL_DAYS} days before it, where {LEAST_DAYS} of them are known"
    else:
        rise, day = f"{row['largest_rise_followers_delta']:+,.0f}", format_day(row["largest_rise_date"])
        yield f"{day} stands out most, with {rise} that day"


def _count(row: ReportRow, as_of: Scalar) -> str:
    followers = row["followers_count"]
    if pd.isna(followers):
        return f"how many follow is {NOT_KNOWN}: {explain_code('counts_reason', row['counts_reason'])}"
    count = pluralize(int(followers), "follower")
    if row["report_date"] == as_of:
        return count
    reason = row["last_unread_reason"]
    why = "" if pd.isna(reason) else f", because {explain_code('unread_reason', reason)}"
    return f"{count} on {format_day(row['report_date'])}; nothing was read since{why}"


def _explained(row: ReportRow) -> Iterator[str]:
    if pd.isna(row["followers_count"]):
        return
    count, low, high = (row[f"{_EXPLAINED}{end}"] for end in _ENDS)
    if pd.isna(count):
        yield f"how many of them the account's activity explains {_not_yet(row)}"
    elif row[_UNEXPLAINED] > 0:
        about = format_interval(format_count, count, low, high)
        came = f"{format_count(row[_UNEXPLAINED])} who came {_when(row)} are not explained by the account's activity"
        yield f"about {about} are not part of a wave; {came}"
    elif low < high:
        yield f"{format_range(low, high)} are not part of a wave; what explains those who came {_when(row)} {_OPEN}"
    else:
        found = f"{_judged(row)} no rise was found that the account's activity does not explain"
        jump, drip = (row[f"largest_detectable_{kind}_followers_delta"] for kind in ("jump", "drip"))
        if pd.isna(jump):
            yield f"{found}; what could have been missed is {NOT_KNOWN}"
        else:
            limits, missed = describe_limits(jump, drip)
            yield f"{found}; a rise above {limits} would have stood out, and {missed}"


_OPEN = "cannot be told"


def _not_yet(row: ReportRow) -> str:
    reason, known = row["unexplained_reason"], row["explained_known_date"]
    why: str = "" if pd.isna(reason) else f": {explain_code('unexplained_reason', reason)}"
    return f"{_OPEN}{why}" + ("" if pd.isna(known) else f"; it will be known on {format_day(known)} at the earliest")


def _when(row: ReportRow) -> str:
    if pd.isna(row["unexplained_first_date"]):
        return "lately"
    days = format_days(row["unexplained_first_date"], row["unexplained_last_date"])
    rises = int(row["unexplained_events_count"])
    return days if rises == 1 else f"in {rises} rises {days}"


def _judged(row: ReportRow) -> str:
    judged = row["judged_days_count"]
    return "on the days judged" if pd.isna(judged) else f"on {pluralize(int(judged), 'day')} judged"


def _people(row: ReportRow) -> str:
    engaged = row["engagers_count_28d"]
    if pd.isna(engaged):
        reason = row["community_reason"]
        why = "" if pd.isna(reason) else f": {explain_code('community_reason', reason)}"
        return f"who engaged is {NOT_KNOWN}{why}"
    verb = "person" if engaged == 1 else "people"
    return f"{format_count(engaged)} {verb} engaged in the last 28 days, as far as they were read by name"


def list_facts(row: ReportRow) -> list[str]:
    """Why those who came are not explained, in up to three facts; none where nothing is unexplained."""
    facts = row.get("unexplained_evidence")
    return [] if pd.isna(facts) else str(facts).split(FACT_SEPARATOR)


def community_sentence(row: ReportRow) -> str:
    """How many of the people who engaged came back; empty where that is not known."""
    engaged, again = row["engagers_count_28d"], row.get("repeat_engagers_count_28d")
    if pd.isna(engaged) or pd.isna(again) or not engaged:
        return ""
    return f"{format_count(again)} of the {format_count(engaged)} who engaged did so on two days or more."


@dataclass(frozen=True)
class HeroNumber:
    """One of the three numbers of an account; `column` is that of `account_summary`, and `kind` its color."""

    column: str
    name: str
    value: str
    interval: str
    kind: str


def hero_numbers(row: ReportRow) -> list[HeroNumber]:
    """Followers, those who are not part of a wave, and the people who engaged."""
    explained = [row[f"{_EXPLAINED}{end}"] for end in _ENDS]
    is_open = pd.notna(explained[0]) and row[_UNEXPLAINED] == 0 and explained[1] < explained[2]
    ends = "" if pd.isna(explained[0]) or explained[1] == explained[2] else format_range(*explained[1:])
    value, interval = (ends, "it cannot be told more closely") if is_open else (format_count(explained[0]), ends)
    return [
        HeroNumber("followers_count", "followers", format_count(row["followers_count"]), "", "count"),
        HeroNumber(_EXPLAINED, "not part of a wave", value, interval, "community"),
        HeroNumber(
            "engagers_count_28d", "people engaged in 28 days", format_count(row["engagers_count_28d"]), "", "community"
        ),
    ]


@dataclass(frozen=True)
class Comparison:
    """One figure before the rise and now, and what became of it; `column` is that of `account_summary`."""

    column: str
    name: str
    before: str
    now: str
    change: str


_COMPARED: tuple[tuple[str, str, Callable[[Scalar], str]], ...] = (
    ("followers_count", "followers", format_count),
    ("klout_style_score", "vanity score", format_points),
    ("engagement_geometric_mean", "engagement per post", format_points),
    ("engagers_count_28d", "people who engaged in 28 days", format_count),
)


def compare_before(row: ReportRow) -> list[Comparison]:
    """Before the first rise and now; empty where there is no rise, or nothing is known of before."""
    if pd.isna(row["before_followers_count"]):
        return []
    return [_comparison(row, *compared) for compared in _COMPARED]


def _comparison(row: ReportRow, column: str, name: str, form: Callable[[Scalar], str]) -> Comparison:
    before, now = ([row.get(f"{when}{column}{end}") for end in _ENDS] for when in ("before_", ""))
    shown = [form(ends[0]) if pd.isna(ends[1]) else format_interval(form, *ends) for ends in (before, now)]
    if column.endswith("_score") and pd.notna(before[0]) and pd.notna(now[0]):
        # A tenth of the followers more is half a point, so points are compared by their difference.
        return Comparison(column, name, shown[0], shown[1], f"{format_difference(now[0] - before[0])} points")
    return Comparison(column, name, shown[0], shown[1], _change(before, now))


def _change(before: list[Scalar], now: list[Scalar]) -> str:
    """How many times as much it is now; unchanged where the intervals meet, or without them by less than a tenth.

    >>> _change([1596, None, None], [18419, None, None]), _change([100, None, None], [104, None, None])
    ('x 11.5', 'unchanged')
    >>> _change([17.1, 14.0, 20.0], [18.9, 15.0, 23.0]), _change([None, None, None], [125, None, None])
    ('unchanged', 'not known')
    """
    if pd.isna(before[0]) or pd.isna(now[0]) or not before[0]:
        return NOT_KNOWN
    if pd.notna(before[1]) and pd.notna(now[1]) and before[1] <= now[2] and now[1] <= before[2]:
        return "unchanged"
    ratio = float(now[0]) / float(before[0])
    return "unchanged" if abs(ratio - 1) < _STEADY else f"x {ratio:,.1f}"

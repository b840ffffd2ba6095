"""Why a rise is not explained, in plain facts: each stands on a piece of evidence that was read and speaks for it."""

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from tasks.page.inputs import ReportRow
from tasks.page.words import Scalar, format_count, format_part, pluralize

FACTS_COUNT = 3
"""More than three plain facts are read by nobody; all of the evidence stands beside its weights."""

FACT_SEPARATOR = "; "
_WINDOWS = (1, 7, 30)
"""Days within which accounts were created, as `arrival_cohorts` counts them."""
_MOST = 0.9
"""The shortest window that holds so large a part of the arrivals tells how close together they were created."""

Words = Callable[[ReportRow, Scalar], str]
"""The fact from the row of `arrival_cohorts` and the figure of the evidence; empty where one of them is not known."""


def _silent(cohort: ReportRow, _: Scalar) -> str:
    share, before = cohort.get("silent_share"), cohort.get("before_silent_share")
    beside = "" if pd.isna(before) else f", of the followers before {format_part(before)}"
    return "" if pd.isna(share) else f"{format_part(share)} never gave a like{beside}"


def _created(cohort: ReportRow, _: Scalar) -> str:
    shares = {days: cohort.get(f"created_within_{days}d_share") for days in _WINDOWS}
    known = {days: share for days, share in shares.items() if pd.notna(share)}
    if not known:
        return ""
    days = next((days for days, share in known.items() if share >= _MOST), max(known, key=lambda days: known[days]))
    return f"{format_part(known[days])} have accounts created within {pluralize(days, 'day')} of each other"


def _engaged(cohort: ReportRow, _: Scalar) -> str:
    engaged, came, days = (cohort.get(name) for name in ("engaged_count", "cohort_count", "response_days"))
    if pd.isna(engaged) or pd.isna(came) or pd.isna(days) or days < 1:
        return ""
    who = "none" if engaged == 0 else format_count(engaged)
    return f"{who} of {format_count(came)} engaged within {pluralize(int(days), 'day')}, as far as was read"


def _left(cohort: ReportRow, _: Scalar) -> str:
    stayed = cohort.get("stayed_7d_share")
    return "" if pd.isna(stayed) else f"{format_part(1 - stayed)} left again within 7 days"


def _figure(words: str, form: Callable[[Scalar], str]) -> Words:
    return lambda _, value: "" if pd.isna(value) else words.format(form(value))


def _said(words: str) -> Words:
    return lambda _, __: words


_FOR: Mapping[str, Words] = {
    "never_gave_a_like": _silent,
    "created_together": _created,
    "engagement_response": _engaged,
    "block_in_list": _figure("{} stand as one block in a follower list", format_part),
    "arrivals_left_again": _left,
    "follows_per_visit": _figure("{} came per visit to the profile", format_count),
    "unlike_followers_before": _figure("at least {} have profiles unlike those of the followers before", format_part),
    "unlike_in_age": _figure("at least {} differ from the followers before in the age of their accounts", format_part),
}
"""What speaks for a wave, by evidence code, the plainest first."""
_AGAINST: Mapping[str, Words] = {
    "own_post_too_small": _figure("{} came per engagement with the largest own post", format_count),
    "own_post_took_off": _said("no own post took off"),
    "mention_by_large_account": _said("nobody with followers enough mentioned the account"),
}
"""What was looked for and speaks against a post or a mention."""


def wave_facts(cohort: ReportRow, evidence: pd.DataFrame) -> str:
    """Up to three facts of a wave, the plainest first, separated by semicolons; empty where nothing was read.

    `cohort` is its row of `arrival_cohorts`, empty where there is none; `evidence` are its rows of `event_evidence`.
    """
    is_wave = evidence["explanation"] == "unexplained_wave"
    spoken = evidence[is_wave & (evidence["weight_nats"] > 0)]
    missed = evidence[evidence["explanation"].isin(["organic_post", "organic_mention"]) & (evidence["weight_nats"] < 0)]
    texts = [*_texts(cohort, spoken, _FOR), *_texts(cohort, missed, _AGAINST)]
    return FACT_SEPARATOR.join([text for text in texts if text][:FACTS_COUNT])


def _texts(cohort: ReportRow, evidence: pd.DataFrame, words: Mapping[str, Words]) -> Iterator[str]:
    values = dict(zip(evidence["evidence_code"], evidence["evidence_value"], strict=True))
    yield from (words[code](cohort, values[code]) for code in words if code in values)

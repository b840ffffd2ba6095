"""What is said of an event: one sentence whose clauses each stand on evidence that was read; never an accusation."""

from collections.abc import Sequence

import pandas as pd

from tasks.schema.columns.divergence import RISES

CANNOT_TELL = "what explains {them} cannot be told from what was observed"
WAVE = "they are not explained by the account's activity{clauses}; who caused it cannot be told"
WAVE_CLAUSES = {
    "unlike_followers_before": "are unlike its followers before",
    "alike_among_themselves": "are more alike among themselves than its followers before",
    "created_together": "have accounts that were created within days of each other",
    "unlike_in_age": "differ in age from those who came before",
    "block_in_list": "stand as one block in a follower list",
    "never_gave_a_like": "gave likes more seldom than its followers before",
    "engagement_response": "do not engage as newcomers did",
    "arrivals_left_again": "left again in part within a week",
    "follows_per_visit": "hardly ever looked at the profile",
    "follows_per_engagement": "are more than the engagement of their days brings",
}
"""What each piece of evidence lets one say of the arrivals, where it speaks for a wave."""
CAUSES = {
    "organic_post": {
        "own_post_took_off": "an own post that took off explains them (post {post})",
        "impressions_rose": "far more views than usual on the same days explain them",
        "profile_visits_rose": "far more visits to the profile than usual explain them",
    },
    "organic_mention": {
        "mention_by_large_account": "being mentioned by a large account explains them",
        "many_voices": "being mentioned by many others explains them",
        "impressions_rose": "far more views than usual on the same days explain them",
        "profile_visits_rose": "far more visits to the profile than usual explain them",
    },
    "annotation": {"user_annotation": "what the user says of these days explains it (“{words}”)"},
    "data_fault": {
        "reading_came_back": "the reading is taken for a wrong one",
        "list_shows_no_arrivals": "the follower list does not show it, so the reading is taken for a wrong one",
        "move_was_undone": "the count stood where it had been soon after, so the reading is taken for a wrong one",
    },
    "platform_purge": {
        "others_dropped_too": "other tracked accounts fell on the same days, so the platform removed accounts",
    },
}
"""What explains an event, by the evidence for it: only what was observed is named."""


def event_sentences(judged: pd.DataFrame, evidence: pd.DataFrame) -> list[str]:
    """One sentence per event; `evidence` are the rows of `tasks.divergence.evidence`, of all events."""
    spoken = evidence[evidence["weight_nats"] > 0].sort_values("weight_nats", ascending=False, kind="stable")
    codes: dict[tuple[int, str], list[str]] = {}
    for event, explanation_code, code in spoken[["event", "explanation", "evidence_code"]].itertuples(index=False):
        codes.setdefault((event, explanation_code), []).append(code)
    verdicts = judged["verdict"].tolist()
    return [
        event_sentence(event, codes.get((place, verdicts[place]), []))
        for place, (_, event) in enumerate(judged.iterrows())
    ]


def event_sentence(event: pd.Series, codes: Sequence[str]) -> str:
    """The event in one sentence, from its dates, figures and verdict, and the evidence that spoke for the verdict.

    `event` has first_date, last_date, kind, observed_count, expected_count, earlier_rise_count, verdict, best_post_id
    and annotations.
    """
    when = _when(event["first_date"], event["last_date"])
    reason = explanation(str(event["verdict"]), codes, is_rise=event["kind"] in RISES)
    reason = reason.format(post=event["best_post_id"], words=event["annotations"])
    if event["kind"] == "reversal":
        return f"{when} the count moved by {_number(event['observed_count'], signed=True)} and came back: {reason}."
    if event["kind"] == "drop":
        return f"{when} the count fell by {_number(abs(event['observed_count']))}{_removal(event)}: {reason}."
    usual = "" if pd.isna(event["expected_count"]) else f" where about {_number(event['expected_count'])} were usual"
    return f"{when} {_number(event['observed_count'])} followers came{usual}: {reason}."


def explanation(verdict: str, codes: Sequence[str], *, is_rise: bool) -> str:
    """What explains the event, from the evidence that speaks for its verdict, the heaviest first.

    >>> explanation("organic_mention", ["many_voices"], is_rise=True)
    'being mentioned by many others explains them'
    """
    if verdict == "unexplained_wave":
        clauses = [WAVE_CLAUSES[code] for code in codes if code in WAVE_CLAUSES]
        return WAVE.format(clauses=f", and {' and '.join(clauses[:2])}" if clauses else "")
    texts = CAUSES.get(verdict, {})
    named = [texts[code] for code in codes if code in texts]
    return named[0] if named else CANNOT_TELL.format(them="them" if is_rise else "it")


def _removal(event: pd.Series) -> str:
    """Of a fall soon after a rise as large: a removal of those who had come, whoever removed them."""
    came = event["earlier_rise_count"]
    return "" if pd.isna(came) else f", of {_number(came)} who had come in the weeks before"


def _when(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return f"On {first:%Y-%m-%d}" if first == last else f"From {first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _number(count: float, *, signed: bool = False) -> str:
    return f"{count:+,.0f}" if signed else f"{count:,.0f}"

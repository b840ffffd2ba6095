"""What happened to an account, and who its community is, in the words of page and terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page import codes, words
from tasks.page.inputs import Row
from tasks.page.story import EXPLAINED, STATE_OF_VERDICT, Story

MEMBERS_SHOWN = 20
PSEUDONYM = r"[0-9a-f]{16}"
"""What a pseudonym looks like; ids on X have never had 16 digits."""


@dataclass(frozen=True)
class Piece:
    """One piece of evidence."""

    what: str
    meaning: str
    value: str
    speaks: str
    weight: str


@dataclass(frozen=True)
class Happening:
    """One event: its number in time, its state, its sentence, its numbers, and its evidence, the weightiest first."""

    number: int
    state: str
    summary: str
    numbers: str
    evidence: tuple[Piece, ...]


@dataclass(frozen=True)
class Member:
    """One member of the community."""

    name: str
    days: str
    actions: str
    last: str
    follows: str


def happenings(story: Story) -> list[Happening]:
    """The events of an account, newest first."""
    told = [_happening(story, number, event) for number, event in enumerate(story.events, start=1)]
    return told[::-1]


def _happening(story: Story, number: int, event: Row) -> Happening:
    state = STATE_OF_VERDICT.get(str(event["verdict"]), EXPLAINED)
    numbers = " ".join([*_numbers(event), *_seen(story, event)])
    return Happening(number, state, str(event["summary"]), numbers, tuple(_pieces(story, event)))


def _numbers(event: Row) -> Iterator[str]:
    ends = ("unexplained_followers_count", "unexplained_low_followers_count", "unexplained_high_followers_count")
    if pd.notna(event[ends[0]]):
        yield f"Not explained: {words.within(words.count, *(event[end] for end in ends))}, a 90 % interval."
    expected = ("expected_followers_delta", "expected_low_followers_delta", "expected_high_followers_delta")
    if pd.notna(event[expected[0]]):
        yield f"Usual for these days: {words.within(words.count, *(event[end] for end in expected))}."
    yield f"Probability of the likeliest explanation: {words.probability(event['verdict_probability'])}."
    if pd.notna(event["missing_evidence"]):
        yield f"Not observed: {str(event['missing_evidence']).replace('; ', ', ')}."


def _seen(story: Story, event: Row) -> Iterator[str]:
    """What part of a jump was read by name, where the list was cut: on its days, and while its rest was read."""
    days, came = story.material.days, event["observed_followers_delta"]
    if pd.isna(came) or not story.has("listed_arrivals_count") or event["first_date"] < days["report_date"].iloc[0]:
        return
    later = days[days["report_date"] >= event["first_date"]]
    is_cut = (later["followers_status"] == "partial").fillna(value=False)
    goes_on = ((later["report_date"] <= event["last_date"]) | is_cut).cummin()
    seen, read = later.loc[goes_on, "listed_arrivals_count"].sum(), later.loc[goes_on, "report_date"]
    if is_cut[goes_on].any() and seen < came:
        when, share = words.span(read.iloc[0], read.iloc[-1]), words.share(seen / came)
        part = f"{words.count(seen)} of {words.count(came)} who came ({share}, counted: the newest)"
        yield f"Seen in the list {when}: {part}; what is said of them rests on these."


def _pieces(story: Story, event: Row) -> Iterator[Piece]:
    evidence = story.material.evidence
    rows = evidence[evidence["event_id"] == event["event_id"]] if len(evidence) else evidence
    for row in rows.sort_values("weight_nats", key=abs, ascending=False, kind="stable").to_dict("records"):
        direction = "for" if row["weight_nats"] > 0 else "against"
        yield Piece(
            codes.said(str(row["evidence_code"]), codes.EVIDENCE).capitalize(),
            str(row["evidence_meaning"]),
            "beyond any number" if pd.isna(row["evidence_value"]) else f"{row['evidence_value']:,.2f}",
            f"{direction} {codes.said(str(row['explanation']), codes.EXPLANATIONS)}",
            words.lead(row["weight_nats"]),
        )


def members(story: Story) -> list[Member]:
    """The most faithful members of the community on its last day, under their pseudonyms; no name is ever shown."""
    rows = _latest_members(story)
    order = ["member_days_count_28d", "member_actions_count_28d"]
    ordered = rows.sort_values([*order, "member_id"], ascending=[False, False, True], kind="stable")
    return [_member(row) for _, row in ordered.head(MEMBERS_SHOWN).iterrows()]


def _latest_members(story: Story) -> pd.DataFrame:
    rows = story.material.members
    if rows.empty:
        return rows
    is_latest = rows["report_date"] == story.now["report_date"]
    latest: pd.DataFrame = rows[is_latest & rows["member_id"].str.fullmatch(PSEUDONYM)]
    return latest


def _member(row: pd.Series) -> Member:
    follows = row["is_follower"]
    return Member(
        str(row["member_id"]),
        words.count(row["member_days_count_28d"]),
        words.count(row["member_actions_count_28d"]),
        words.day(row["member_last_date"]),
        words.UNKNOWN if pd.isna(follows) else "yes" if follows else "no",
    )


def community(story: Story) -> str:
    """The community in a sentence or two: how many engaged, how many came back, how much of it was read."""
    now = story.now
    engaged = now.get("engagers_count_28d")
    if pd.isna(engaged):
        reason = now.get("community_reason")
        why = "" if pd.isna(reason) else f": {codes.said(str(reason), codes.COMMUNITY)}"
        return words.sentence(f"who engaged in the last 28 days is {words.UNKNOWN}{why}")
    came_back = words.count(now.get("repeat_engagers_count_28d"))
    text = f"{words.count(engaged)} people engaged in the last 28 days as far as they were read by name; "
    text += f"{came_back} of them on two days or more."
    shown = min(len(_latest_members(story)), MEMBERS_SHOWN)
    return f"{text} These {shown} did on most days; they stand under pseudonyms." if shown else text

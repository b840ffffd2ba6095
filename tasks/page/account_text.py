"""What happened to an account, who follows it and who its community is, in the words of page and terminal."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tasks.page.codes import CODE_MEANINGS, explain_code
from tasks.page.inputs import ReportRow
from tasks.page.next_reading import describe_outlook
from tasks.page.story import CANNOT_TELL, CAUSE_FOUND, STATE_OF_VERDICT, Story
from tasks.page.words import (
    NOT_KNOWN,
    format_age,
    format_count,
    format_day,
    format_days,
    format_interval,
    format_probability,
    format_sentence,
    format_share,
    pluralize,
)

_MEMBERS_COUNT = 20
_PSEUDONYM = r"[0-9a-f]{16}"
"""What a pseudonym looks like; ids on X have never had 16 digits."""


@dataclass(frozen=True)
class EventText:
    """One event: its number in time, its state, its sentence, its numbers, and its evidence, the weightiest first.

    Of a piece of evidence: `what` was looked at, the `meaning` and `value` of the figure, for or against what it
    `speaks`, and its `weight`.
    """

    number: int
    state: str
    summary: str
    numbers: str
    evidence: list[dict[str, str]]


def describe_events(story: Story) -> list[EventText]:
    """The events of an account, newest first."""
    return [_event_text(story, number, event) for number, event in enumerate(story.events, start=1)][::-1]


def _event_text(story: Story, number: int, event: ReportRow) -> EventText:
    state = STATE_OF_VERDICT.get(str(event["verdict"]), CAUSE_FOUND)
    numbers = " ".join([*_numbers(event), *_seen(story, event)])
    return EventText(number, state, str(event["summary"]), numbers, list(_evidence(story, event)))


def _numbers(event: ReportRow) -> Iterator[str]:
    ends = ("unexplained_followers_count", "unexplained_followers_count_low", "unexplained_followers_count_high")
    if pd.notna(event[ends[0]]):
        is_open = STATE_OF_VERDICT.get(str(event["verdict"])) == CANNOT_TELL
        what = "Cannot be told of" if is_open else "Not explained of those who came"
        yield f"{what}: {format_interval(format_count, *(event[end] for end in ends))}, a 90 % interval."
    expected = ("expected_followers_delta", "expected_followers_delta_low", "expected_followers_delta_high")
    if pd.notna(event[expected[0]]):
        yield f"Usual for these days: {format_interval(format_count, *(event[end] for end in expected))}."
    likeliest = f"Probability of the likeliest explanation{_likeliest(event)}"
    yield f"{likeliest}: {format_probability(event['verdict_probability'])}."
    if pd.notna(event["missing_evidence"]):
        yield f"Not observed: {str(event['missing_evidence']).replace('; ', ', ')}."
    yield from describe_outlook(event)


def _likeliest(event: ReportRow) -> str:
    """The likeliest explanation by its name, where the table holds the probability of each."""
    chances = {name: event.get(f"{name}_probability") for name in CODE_MEANINGS["explanation"]}
    named = {name: chance for name, chance in chances.items() if pd.notna(chance) and name != "other"}
    likeliest = max(named, key=lambda name: named[name], default=None)
    return "" if likeliest is None else f", {explain_code('explanation', likeliest)}"


def _seen(story: Story, event: ReportRow) -> Iterator[str]:
    """What part of a jump was read by name, where the list was cut: on its days, and while its rest was read."""
    days, came = story.days, event["observed_followers_delta"]
    if pd.isna(came) or not story.has("listed_arrivals_count") or event["first_date"] < days["report_date"].iloc[0]:
        return
    later = days[days["report_date"] >= event["first_date"]]
    is_cut = (later["followers_status"] == "partial").fillna(value=False)
    goes_on = ((later["report_date"] <= event["last_date"]) | is_cut).cummin()
    seen, read = later.loc[goes_on, "listed_arrivals_count"].sum(), later.loc[goes_on, "report_date"]
    if is_cut[goes_on].any() and seen < came:
        when, share = format_days(read.iloc[0], read.iloc[-1]), format_share(seen / came)
        part = f"{format_count(seen)} of {format_count(came)} who came ({share}, counted: the newest)"
        yield f"Seen in the list {when}: {part}; what is said of them rests on these."


def _evidence(story: Story, event: ReportRow) -> Iterator[dict[str, str]]:
    evidence = story.rows("evidence")
    rows = evidence[evidence["event_id"] == event["event_id"]] if len(evidence) else evidence
    for row in rows.sort_values("weight_nats", key=abs, ascending=False, kind="stable").to_dict("records"):
        direction = "for" if row["weight_nats"] > 0 else "against"
        yield {
            "what": explain_code("evidence_code", row["evidence_code"]).capitalize(),
            "meaning": str(row["evidence_meaning"]),
            "value": "beyond any number" if pd.isna(row["evidence_value"]) else f"{row['evidence_value']:,.2f}",
            "speaks": f"{direction} {explain_code('explanation', row['explanation'])}",
            "weight": f"x {math.exp(abs(row['weight_nats'])):,.1f}",
        }


def list_members(story: Story) -> list[dict[str, str]]:
    """The most faithful members of the community on its last day, under their pseudonyms; no name is ever shown."""
    rows = _latest_members(story)
    order = ["member_days_count_28d", "member_actions_count_28d"]
    ordered = rows.sort_values([*order, "member_id"], ascending=[False, False, True], kind="stable")
    return [_member(row) for _, row in ordered.head(_MEMBERS_COUNT).iterrows()]


def _latest_members(story: Story) -> pd.DataFrame:
    rows = story.rows("members")
    if rows.empty:
        return rows
    latest: pd.DataFrame = rows[rows["report_date"] == story.now["report_date"]]
    return latest[latest["member_id"].str.fullmatch(_PSEUDONYM)]


def _member(row: pd.Series) -> dict[str, str]:
    follows = row["is_follower"]
    return {
        "name": str(row["member_id"]),
        "days": format_count(row["member_days_count_28d"]),
        "actions": format_count(row["member_actions_count_28d"]),
        "last": format_day(row["member_last_date"]),
        "follows": NOT_KNOWN if pd.isna(follows) else "yes" if follows else "no",
    }


def describe_community(story: Story) -> str:
    """The community in a sentence or two: how many engaged, how many came back, how much of it was read."""
    now = story.now
    engaged = now.get("engagers_count_28d")
    if pd.isna(engaged):
        reason = now.get("community_reason")
        why = "" if pd.isna(reason) else f": {explain_code('community_reason', reason)}"
        return format_sentence(f"who engaged in the last 28 days is {NOT_KNOWN}{why}")
    came_back = format_count(now.get("repeat_engagers_count_28d"))
    text = f"{format_count(engaged)} people engaged in the last 28 days as far as they were read by name; "
    text += f"{came_back} of them on two days or more."
    shown = min(len(_latest_members(story)), _MEMBERS_COUNT)
    alike = "they stand under pseudonyms, and of five in a row is told what the least of them did."
    return f"{text} These {shown} did on most days; {alike}" if shown else text


def describe_followers(story: Story) -> str:
    """Who was ever seen in the list, in a sentence or two; empty where no profile is known."""
    profile = story.profile
    if pd.isna(profile.get("profiled_followers_count")):
        return ""
    return " ".join([_people(profile), *_stretches(profile)])


def _people(profile: ReportRow) -> str:
    seen = pluralize(profile["profiled_followers_count"], "follower")
    shares = {
        "had never posted": "followers_never_posted_share",
        "had not posted lately or ever": "followers_inactive_share",
        "had no picture of their own": "followers_default_image_share",
    }
    parts = [f"{format_share(profile[column])} {what}" for what, column in shares.items() if pd.notna(profile[column])]
    text = f"{seen} ever seen in the list"
    if parts:
        text += f", counted as they were then: {', '.join(parts)}"
    age = profile["followers_median_age_days"]
    if pd.isna(age):
        return f"{text}."
    return f"{text}; half of their accounts were at most {format_age(age)} old when they followed."


def _stretches(profile: ReportRow) -> Iterator[str]:
    """The most conspicuous followers in a row."""
    days, silent = profile["narrowest_creation_days"], profile["most_silent_window_share"]
    if pd.notna(days):
        yield f"The followers in a row who were created closest together were created within {format_age(days)}."
    if pd.notna(silent):
        yield f"Of those in its most silent stretch {format_share(silent)} had never posted."


def describe_past(story: Story) -> list[str]:
    """A sentence on each list, then on each coordinated block of the latest one, the largest first."""
    lists = [_list(row) for _, row in story.rows("lists").sort_values("list_date", kind="stable").iterrows()]
    return [format_sentence(text) for text in [*lists, *story.latest_blocks["block_summary"]]]


def _list(row: pd.Series | ReportRow) -> str:
    size = f"{format_count(row['listed_followers_count'])} followers were listed on {format_day(row['list_date'])}"
    if pd.notna(row.get("count_summary")):
        size += f", but {row['count_summary']}"
    if pd.notna(row["list_reason"]):
        return f"{size}: {explain_code('list_reason', row['list_reason'])}"
    if pd.notna(row["is_order_turned"]) and row["is_order_turned"]:
        size += ", newest first, and turned round"
    others = f"; {row['stretch_summary']}" if pd.notna(row["stretch_summary"]) else ""
    if not row["blocks_count"]:
        return f"{size}{others or '; no block of them stands out'}"
    blocks = pluralize(int(row["blocks_count"]), "block")
    return (
        f"{size}; {format_count(row['block_members_count'])} of them stand in {blocks} that followed together{others}"
    )

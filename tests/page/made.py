"""Invented reports, written as the pipeline writes them: six accounts, each in another state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from config.pipeline import load_parameters
from config.settings import HERE
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.arrival_map import count_alike, measure_spans
from tasks.page.hero import JudgedEvents, summarize
from tasks.page.inputs import PageInputs
from tasks.page.page import render_page
from tasks.reports.gap_dates import gap_dates
from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.judgement_tables import ARRIVAL_COHORTS, COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, EVENT_EVIDENCE
from tasks.schema.report_tables import ACCOUNT_DAILY, ACCOUNT_SUMMARY, ACCOUNTS, POST_ENGAGEMENT
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.staged import API_SPEND, FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

LAST = date(2026, 7, 28)
WINDOWS = load_parameters(HERE).measures.engagement
LISTED, CREATED = pd.Timestamp("2026-07-01"), pd.Timestamp("2021-06-05", tz="UTC")
FILLED: Mapping[pa.DataType, Any] = {pa.int64(): 0, pa.float64(): 0.0, pa.bool_(): False, pa.string(): "x"}
"""What stands in a required column that a test does not speak of."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Course:
    """How an account went: followers on the first and the last day, when they jumped, and its community."""

    handle: str
    followers: tuple[int, int]
    jump: int | None = None
    worth: float | None = None
    days: int = 60
    read_until: int = 60


FRANK = Course("frank", (1596, 18_358), jump=46, worth=1939.8)
MIA = Course("mentioned_mia", (2_355, 4_229), jump=40, worth=3797.2)
VERA = Course("viral_vera", (4_222, 6_784), jump=20, worth=6512.5)
GONE = Course("gone_gary", (900, 910), worth=905.4, read_until=50)
NEW = Course("new_nora", (102, 102), days=1, read_until=1)
QUIET = Course("quiet_quinn", (649, 652))
CAST = (FRANK, MIA, VERA, GONE, NEW, QUIET)
VERDICTS = {"frank": "unexplained_wave", "mentioned_mia": "undetermined", "viral_vera": "organic_post"}


def reports(folder: Path, cast: Sequence[Course] = CAST) -> DataRoot:
    """The reports of the cast, as files below the folder."""
    root = DataRoot(str(folder))
    for table, rows in (
        (ACCOUNT_DAILY, [row for number, course in enumerate(cast) for row in days(number, course)]),
        (DIVERGENCE_EVENTS, [event(number, course) for number, course in enumerate(cast) if course.jump]),
        (
            EVENT_EVIDENCE,
            [row for number, course in enumerate(cast) if course.jump for row in evidence(number, course)],
        ),
        (ARRIVAL_COHORTS, [cohort(number, course) for number, course in enumerate(cast) if course.jump]),
        (ACCOUNTS, [profile(number, course) for number, course in enumerate(cast)]),
        (FOLLOWER_LISTS, [list_read(number) for number, course in enumerate(cast) if course == QUIET]),
        (PAST_BLOCKS, [block(number) for number, course in enumerate(cast) if course == QUIET]),
        (POST_ENGAGEMENT, [row for number, course in enumerate(cast) for row in settled(number, course)]),
        (COMMUNITY_MEMBERS, [row for number, course in enumerate(cast) for row in members(number, course)]),
    ):
        Tables(root).replace_latest(table, rows_of(table, rows))
    Tables(root).replace_latest(ACCOUNT_SUMMARY, summary_of(Tables(root)))
    for table, rows in (
        (FOLLOWER_LIST_MEMBERS, [row for number, course in enumerate(cast) for row in listed(number, course)]),
        (FOLLOWER_ARRIVALS, [row for number, course in enumerate(cast) for row in arrivals(number, course)]),
        (API_SPEND, spend()),
    ):
        Tables(root).put_batch(table, layout.day_batch(LAST), rows_of(table, rows))
    return root


def summary_of(tables: Tables) -> pa.Table:
    """The accounts at a glance, from what stands in the other tables."""
    told = [frame(tables.latest(table)) for table in (DIVERGENCE_EVENTS, EVENT_EVIDENCE, ARRIVAL_COHORTS)]
    days_told = frame(tables.latest(ACCOUNT_DAILY))
    rows = summarize(days_told, JudgedEvents(*told), gap_dates(days_told, WINDOWS))
    return arrow(ACCOUNT_SUMMARY, rows)


def rows_of(table: Table, rows: Rows) -> pa.Table:
    """The rows as the declared table; what is not said is null, or a filler where null is not allowed."""
    empty = empty_frame(table)
    filled = {
        field.name: FILLED.get(field.type) for field in table.schema if not field.nullable and field.type in FILLED
    }
    full = pd.DataFrame([{**filled, **row} for row in rows], columns=list(empty.columns))
    return arrow(table, full.astype(empty.dtypes))


def account_id(number: int) -> str:
    """The invented id of the account."""
    return f"{3_040_870_400 + number}"


def first_day(course: Course) -> date:
    """The first day on which the account was observed."""
    return LAST - timedelta(days=course.days - 1)


def jumped(course: Course) -> date:
    """The day on which the followers came."""
    return first_day(course) + timedelta(days=course.jump or 0)


def days(number: int, course: Course) -> Rows:
    """The account's days."""
    return [_day(number, course, place) for place in range(course.days)]


def _day(number: int, course: Course, place: int) -> Mapping[str, Any]:
    row: dict[str, Any] = {
        "account_id": account_id(number),
        "report_date": pd.Timestamp(first_day(course) + timedelta(days=place)),
        "handle": course.handle,
        "pace_state": "insufficient_data",
        "observation_level": "full",
    }
    if place >= course.read_until:
        return {**row, "counts_reason": "not_observed", "unread_reason": "suspended", "observation_level": None}
    followers = course.followers[0] if course.jump is None or place < course.jump else course.followers[1] - place % 7
    followers = course.followers[1] if place == course.days - 1 else followers
    climb = place % 99
    row |= {"followers_count": followers, "klout_style_score": 31.44 + climb / 13, "audience_score": 40.12 + climb / 9}
    if course.worth is None:
        return {**row, "pace_reason": "too_few_posts", "community_reason": "engagers_not_read"}
    worth = course.worth + place / 3
    if place < 30:
        return {**row, "pace_reason": "too_few_counts"}
    limits = {"detectable_jump_followers_delta": 41, "detectable_drip_followers_delta": 97}
    return {**row, **_community(followers, worth), **_unexplained(followers, course), **limits}


def _community(followers: int, worth: float) -> Mapping[str, Any]:
    gap = 12.5 * (followers / worth) / 10
    return {
        "pace_state": "outrunning" if gap > 2 else "in_step",
        **_with_ends("community_equivalent_followers", worth, 480.6),
        **_with_ends("vanity_gap", gap, 1.44),
        **_with_ends("community_score", 41.13, 1.26),
        **_with_ends("hollow_share", max(0.0, 1 - worth / followers), 0.0),
        **_with_ends("active_follower_share", 0.00626, 0.00113),
        **_with_ends("engagement_geometric_mean", 17.24, 2.71),
        **_with_ends("klout_style_score_without_unexplained", 33.36, 0.48),
        "reachable_followers_count_low": 1_221,
        "reachable_followers_count_high": 1_648,
        "engagers_count_28d": 150,
        "repeat_engagers_count_28d": 38,
        "engager_coverage_share": 0.233,
    }


def _unexplained(followers: int, course: Course) -> Mapping[str, float]:
    """Of frank all but about 1,600 are not explained; of mentioned_mia it cannot be told; of the others none."""
    came = followers - course.followers[0] > followers // 3
    name = "present_unexplained_followers_count"
    if course.handle == "frank" and came:
        return {name: followers - 1_600, f"{name}_low": followers - 1_650, f"{name}_high": followers - 1_420}
    return {name: 0, f"{name}_low": 0, f"{name}_high": 1_874 if course.handle == "mentioned_mia" and came else 0}


def _with_ends(name: str, value: float, reach: float) -> Mapping[str, float]:
    return {name: value, f"{name}_low": value - reach, f"{name}_high": value + reach}


def settled(number: int, course: Course) -> Rows:
    """A post a day, as far as days are read."""
    return [
        {
            "account_id": account_id(number),
            "post_id": f"{number}{place:05d}",
            "maturity_date": pd.Timestamp(first_day(course) + timedelta(days=place + 2)),
            "created_at": pd.Timestamp(first_day(course) + timedelta(days=place), tz="UTC") + pd.Timedelta(hours=15),
            "observed_at": pd.Timestamp(LAST, tz="UTC"),
            "source": "x_api",
            "engagement_count": 10 + 7 * place % 23,
        }
        for place in range(course.read_until - 2)
    ]


def event(number: int, course: Course) -> Mapping[str, Any]:
    """The account's one event."""
    verdict = VERDICTS.get(course.handle, "unexplained_wave")
    came = course.followers[1] - course.followers[0]
    left = 0 if verdict == "organic_post" else came
    day = pd.Timestamp(jumped(course))
    return {
        "account_id": account_id(number),
        "handle": course.handle,
        "event_id": f"{account_id(number)}/{day:%Y-%m-%d}/jump",
        "first_date": day,
        "last_date": day,
        "judged_date": pd.Timestamp(LAST),
        "event_kind": "jump",
        "verdict": verdict,
        "verdict_probability": 0.875,
        "summary": f"On {day:%Y-%m-%d} {came:,} followers came.",
        "observed_followers_delta": came,
        "expected_followers_delta": 3.5,
        "expected_followers_delta_low": 0.0,
        "expected_followers_delta_high": 11.0,
        "unexplained_followers_count": left,
        "unexplained_followers_count_low": max(left - 11, 0),
        "unexplained_followers_count_high": left,
        "missing_evidence": "mentions; an analytics export",
        "verdict_history": f"{day:%Y-%m-%d} {verdict}",
    }


def evidence(number: int, course: Course) -> Rows:
    """What speaks for and against."""
    said = (
        ("created_together", "unexplained_wave", 3.52, 45.09),
        ("never_gave_a_like", "unexplained_wave", 3.0, 0.97),
        ("engagement_response", "unexplained_wave", 3.0, 0.0),
        ("own_post_too_small", "organic_post", -5.2, None),
    )
    return [
        {
            "account_id": account_id(number),
            "handle": course.handle,
            "event_id": event(number, course)["event_id"],
            "first_date": pd.Timestamp(jumped(course)),
            "evidence_code": code,
            "explanation": explanation,
            "weight_nats": weight,
            "evidence_value": value,
            "evidence_meaning": "What the figure is.",
        }
        for code, explanation, weight, value in said
    ]


def cohort(number: int, course: Course) -> Mapping[str, Any]:
    """Who came in the event: silent, created within a month, and none of them engaged."""
    day = pd.Timestamp(jumped(course))
    return {
        "account_id": account_id(number),
        "handle": course.handle,
        "event_id": event(number, course)["event_id"],
        "first_date": day,
        "last_date": day,
        "cohort_count": course.followers[1] - course.followers[0],
        "before_count": course.followers[0],
        "silent_share": 0.9709,
        "before_silent_share": 0.0,
        "created_within_1d_share": 0.05,
        "created_within_7d_share": 0.36,
        "created_within_30d_share": 0.9997,
        "response_days": 7,
        "engaged_count": 0,
    }


def members(number: int, course: Course) -> Rows:
    """Thirty people of the community of the last day."""
    if course.worth is None or course.read_until < course.days:
        return []
    return [
        {
            "account_id": account_id(number),
            "handle": course.handle,
            "report_date": pd.Timestamp(LAST),
            "member_id": f"{number:04x}{place:012x}",
            "is_follower": None if place == 3 else place % 4 > 0,
            "member_actions_count_28d": 40 - place,
            "member_days_count_28d": 20 - place // 2,
            "member_last_date": pd.Timestamp(LAST - timedelta(days=place % 5)),
        }
        for place in range(30)
    ]


def arrivals(number: int, course: Course, most: int = 500) -> Rows:
    """Some of the account's followers: those of the jump were created together."""
    if course.worth is None:
        return []
    before = most // 5 if course.jump else most
    return [
        {
            "account_id": account_id(number),
            "follower_id": number * 1_000_000 + place,
            "first_seen_date": pd.Timestamp(first_day(course) if place < before else jumped(course)),
            "source": "x_api",
            "arrival_number": place,
            "is_baseline": place < before,
            "is_return": False,
            "follower_created_at": pd.Timestamp(2010 + place % 15, 1 + place % 12, 3, tz="UTC")
            if place < before
            else pd.Timestamp(2021, 6, 1 + place % 5, tz="UTC"),
        }
        for place in range(most)
    ]


def listed(number: int, course: Course) -> Rows:
    """The list that somebody brought in of quiet_quinn: 80 followers of many years, then 120 created in one month."""
    if course != QUIET:
        return []
    return [
        {
            "account_id": account_id(number),
            "list_date": LISTED,
            "follower_rank": rank,
            "handle": course.handle,
            "follower_created_at": pd.Timestamp(2010 + rank % 15, 1, 3, tz="UTC") if rank < 80 else CREATED,
        }
        for rank in range(200)
    ]


def profile(number: int, course: Course) -> Mapping[str, Any]:
    """The account, and of Frank and of Nora what the follower list is made of: of hers nothing but its length."""
    row = {"account_id": account_id(number), "handle": course.handle, "report_days_count": course.days}
    row |= {"first_report_date": pd.Timestamp(first_day(course)), "last_report_date": pd.Timestamp(LAST)}
    if course.handle not in {FRANK.handle, NEW.handle}:
        return row
    row["profiled_followers_count"] = course.followers[1]
    if course == NEW:
        return row
    return row | {
        "followers_never_posted_share": 0.9123,
        "followers_inactive_share": 0.9345,
        "followers_default_image_share": 0.5067,
        "followers_median_age_days": 411.4,
        "narrowest_creation_days": 0.31,
        "most_silent_window_share": 0.99,
    }


def list_read(number: int) -> Mapping[str, Any]:
    """What was found in that list."""
    return {
        "account_id": account_id(number),
        "list_date": LISTED,
        "source": "follower_list",
        "handle": QUIET.handle,
        "listed_followers_count": 200,
        "blocks_count": 1,
        "block_members_count": 120,
    }


def block(number: int) -> Mapping[str, Any]:
    """Its one block."""
    return {
        "account_id": account_id(number),
        "list_date": LISTED,
        "source": "follower_list",
        "handle": QUIET.handle,
        "block_number": 0,
        "first_rank": 80,
        "last_rank": 199,
        "members_count": 120,
        "created_first_at": CREATED,
        "created_last_at": CREATED,
        "block_followed_after": CREATED,
        "block_followed_before": pd.Timestamp(LISTED, tz="UTC"),
        "block_summary": "120 followers followed together.",
    }


def spend() -> Rows:
    """Two requests."""
    return [
        {
            "request_id": f"{LAST}/{number}",
            "spent_at": pd.Timestamp(LAST, tz="UTC"),
            "spend_date": pd.Timestamp(LAST),
            "endpoint": endpoint,
            "status_code": 200,
            "objects_count": 100,
            "new_objects_count": 100,
            "price_usd": price,
        }
        for number, (endpoint, price) in enumerate((("/2/users/{id}/followers", 1.0), ("/2/tweets", 0.5)))
    ]


def crowded(inputs: PageInputs, followers: int) -> PageInputs:
    """The same accounts with figures that move by chance every day, and so many followers each on their maps."""
    random = np.random.default_rng(7)
    noisy = inputs.days.select_dtypes("float64").columns
    chance = np.exp(random.normal(0, 0.05, (len(inputs.days), len(noisy))))
    counts = inputs.days["followers_count"] + random.integers(-99, 99, len(inputs.days))
    moved = (inputs.days[noisy] * chance).assign(followers_count=counts)
    accounts = inputs.days["account_id"].unique()
    rows = followers * len(accounts)
    created = np.datetime64("2008-01-01", "us") + random.integers(0, 6_700, rows).astype("timedelta64[D]")
    arrived = pd.DataFrame(
        {
            "account_id": np.repeat(accounts, followers),
            "first_seen_date": np.datetime64("2026-01-01", "s"),
            "is_baseline": True,
            "arrival_number": np.tile(np.arange(followers), len(accounts)),
            "follower_created_at": pd.Series(created).dt.tz_localize("UTC"),
        }
    )
    alike = count_alike(arrived, measure_spans(arrived), inputs.blocks)
    return replace(inputs, days=inputs.days.assign(**moved), arrivals=alike)


def hundred_accounts(folder: Path) -> Path:
    """The page of 100 accounts over 365 days, as crowded as pages get."""
    cast = [replace(FRANK, handle=f"frank_{number}", days=365, jump=300, read_until=365) for number in range(100)]
    path = folder / "index.html"
    path.write_text(
        render_page(crowded(read_page_inputs(Tables(reports(folder / "data", cast))), followers=5_000)),
        encoding="utf-8",
    )
    return path

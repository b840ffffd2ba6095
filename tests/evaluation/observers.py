"""Observers of the same worlds: who begins late, reads little, misses days, imports counts; what each can know."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.evaluation.judged import Frames, JudgeParameters, judgement, until
from tests.evaluation.outcomes import LAST_DAY, lived, matched
from tests.evaluation.scenarios import Scenario
from tests.evaluation.worlds import World

FIRST_DAY = pd.Timestamp("2026-01-01")
LISTS = ("follower_arrivals", "follower_departures")
QUIET_TIMES = 20
"""How many quiet worlds are lived for each other one: an event of a week among ten days says little of one world."""
ARCHIVED = ("account_snapshots",)
"""What somebody noted before this program was there: counts, and nothing else."""


@dataclass(frozen=True)
class Observer:
    """Somebody who watches a world: what is read, from how many days before the event on, and up to when.

    `days_before` is how many days before the event the first reading was made, None for from the first day on;
    `imports` keeps the counts of the days before it, and posts are known of four months before any reading.
    `list_delay_days` is how long after the event's first day the list was first read.
    `newer_words_days` is how many days before the event X began to answer in its newer words, in which nobody is told
    who wrote a mention, reply or quote; None for never.
    """

    name: str
    subjects: frozenset[str] = frozenset({"counts", "followers", "posts", "engagers"})
    days_before: int | None = None
    imports: bool = False
    list_delay_days: int | None = None
    missed_share: float = 0.0
    posts_each_days: int = 0
    days_after: int | None = None
    newer_words_days: int | None = None


FULL = Observer("full")
OBSERVERS = (
    FULL,
    Observer("counts alone", frozenset({"counts"})),
    Observer("posts", frozenset({"counts", "posts"})),
    Observer("no engagers", frozenset({"counts", "followers", "posts"})),
    Observer("list alone", frozenset({"counts", "followers"})),
    Observer("list two days late", frozenset({"counts", "followers", "posts"}), list_delay_days=2),
    Observer("since the day before", days_before=1),
    Observer("since ten days", days_before=10),
    Observer("ten days, imported counts", days_before=10, imports=True),
    Observer("ten days, no engagers", frozenset({"counts", "followers", "posts"}), days_before=10),
    Observer("a post a week", posts_each_days=7),
    Observer("every third day missed", missed_share=1 / 3),
    Observer("up to the first day", days_after=0),
    Observer("newer words", newer_words_days=1_000),
    Observer("newer words since ten days", newer_words_days=10),
)


def observed(frames: Frames, made: list[World], observer: Observer) -> Frames:
    """What the observer has of the worlds' frames."""
    kept = [_of_world({name: _mine(rows, one) for name, rows in frames.items()}, one, observer) for one in made]
    return {name: pd.concat([part[name] for part in kept], ignore_index=True) for name in frames}


def _mine(rows: pd.DataFrame, one: World) -> pd.DataFrame:
    return rows[rows["account_id"] == one.account_id]


def _of_world(frames: Frames, one: World, observer: Observer) -> Frames:
    event = FIRST_DAY + pd.Timedelta(days=int(str(one.truth["first_day"])))
    steps: list[Callable[[Frames], Frames]] = [lambda seen: _of_subjects(seen, observer)]
    if observer.posts_each_days:
        steps.append(lambda seen: _few_posts(seen, observer.posts_each_days))
    if observer.missed_share:
        steps.append(lambda seen: _missing(seen, observer, one))
    if observer.newer_words_days is not None:
        steps.append(lambda seen: _in_newer_words(seen, event - pd.Timedelta(days=observer.newer_words_days or 0)))
    if observer.list_delay_days is not None:
        steps.append(lambda seen: _list_from(seen, event + pd.Timedelta(days=observer.list_delay_days or 0)))
    if observer.days_before is not None:
        steps.append(lambda seen: _since(seen, event - pd.Timedelta(days=observer.days_before or 0), observer))
    if observer.days_after is not None:
        steps.append(lambda seen: until(seen, event + pd.Timedelta(days=observer.days_after or 0)))
    for step in steps:
        frames = step(frames)
    return frames


def _of_subjects(seen: Frames, observer: Observer) -> Frames:
    """Tables of what is not read are empty, and its readings were never made."""
    unread = {
        *(LISTS if "followers" not in observer.subjects else ()),
        *(("posts",) if "posts" not in observer.subjects else ()),
        *(("engagements",) if "engagers" not in observer.subjects else ()),
    }
    kept = {name: rows.iloc[:0] if name in unread else rows for name, rows in seen.items()}
    return kept | {"readings": seen["readings"][seen["readings"]["subject"].isin(observer.subjects)]}


def _few_posts(seen: Frames, each_days: int) -> Frames:
    """One post in so many days, and whoever engaged with it; mentions stand by themselves."""
    posts = seen["posts"]
    day = (posts["created_at"].dt.tz_localize(None) - FIRST_DAY).dt.days
    kept = posts.loc[~(day // each_days).duplicated() | (day < 0), "post_id"].unique()
    acts = seen["engagements"]
    is_kept = acts["post_id"].isin(kept) | (acts["kind"] == "mention")
    return seen | {"posts": posts[posts["post_id"].isin(kept)], "engagements": acts[is_kept]}


def _in_newer_words(seen: Frames, day: pd.Timestamp) -> Frames:
    """From the day on no author of a mention, reply or quote, no kind of a post and no last post is told."""
    acts, readings, posts, arrivals = (seen[name] for name in ("engagements", "readings", "posts", "follower_arrivals"))
    is_named = (acts["snapshot_date"] < day) | (acts["kind"] == "repost")
    is_partial = (readings["subject"] == "engagers") & (readings["snapshot_date"] >= day)
    newer = posts["snapshot_date"] >= day
    return seen | {
        "engagements": acts[is_named],
        "readings": readings.assign(
            status=readings["status"].mask(is_partial, "partial"),
            reading_reason=readings["reading_reason"].mask(is_partial, "no_authors"),
        ),
        "posts": posts.assign(**{name: posts[name].mask(newer) for name in ("is_repost", "is_quote")}),
        "follower_arrivals": arrivals.assign(
            follower_last_post_at=arrivals["follower_last_post_at"].mask(arrivals["first_seen_date"] >= day)
        ),
    }


def _missing(seen: Frames, observer: Observer, one: World) -> Frames:
    """On missed days nothing was read; who came then is seen on the next day, who left as well."""
    random = np.random.default_rng(int(one.account_id))
    day = np.arange(1, 100)
    missed = FIRST_DAY + pd.to_timedelta(day[random.random(len(day)) < observer.missed_share], "D")
    read = pd.DatetimeIndex(FIRST_DAY + pd.to_timedelta(np.setdiff1d(np.arange(100), (missed - FIRST_DAY).days), "D"))
    kept = {name: rows for name, rows in seen.items() if name in LISTS}
    for name, column in (("follower_arrivals", "first_seen_date"), ("follower_departures", "first_missing_date")):
        place = read.searchsorted(pd.DatetimeIndex(kept[name][column]))
        inside = place < len(read)
        later = read.take(np.minimum(place, len(read) - 1)).astype("datetime64[s]")
        kept[name] = kept[name].assign(**{column: later})[inside]
    others = ("account_snapshots", "posts", "engagements", "readings")
    return kept | {name: seen[name][~seen[name]["snapshot_date"].isin(missed)] for name in others}


def _list_from(seen: Frames, day: pd.Timestamp) -> Frames:
    """The list was first read on the day: whoever stood in it then is its baseline."""
    list_, gone = seen["follower_arrivals"], seen["follower_departures"]
    early = list_["first_seen_date"] < day
    left = gone.loc[gone["first_missing_date"] <= day, "follower_id"]
    dated = list_.assign(
        first_seen_date=list_["first_seen_date"].mask(list_["first_seen_date"] < day, day).astype("datetime64[s]"),
        is_baseline=early | (list_["first_seen_date"] == day),
        followed_after=list_["followed_after"].mask(early),
    )
    readings = seen["readings"]
    is_early = (readings["subject"] == "followers") & (readings["snapshot_date"] < day)
    return seen | {
        "follower_arrivals": dated[~dated["follower_id"].isin(left)],
        "follower_departures": gone[gone["first_missing_date"] > day],
        "readings": readings[~is_early],
    }


def _since(seen: Frames, day: pd.Timestamp, observer: Observer) -> Frames:
    """Everything from the day on; posts of four months before are read on it, counts only where they are imported."""
    kept = {name: rows[rows["snapshot_date"] >= day] for name, rows in seen.items() if "snapshot_date" in rows}
    posts = seen["posts"]
    old = posts[posts["snapshot_date"] < day].drop_duplicates(["account_id", "post_id"], keep="last")
    read = old.assign(snapshot_date=day, observed_at=day.tz_localize("UTC") + pd.Timedelta(hours=23))
    read = read[~read["post_id"].isin(kept["posts"]["post_id"])].astype(posts.dtypes.to_dict())
    kept["posts"] = pd.concat([read, kept["posts"]], ignore_index=True)
    if observer.imports:
        kept["account_snapshots"] = seen["account_snapshots"]
    return seen | kept | {name: rows for name, rows in _list_from(seen, day).items() if name in LISTS}


def verdicts(scenarios: list[Scenario], first_seed: int, worlds: int, parameters: JudgeParameters) -> pd.DataFrame:
    """One row per world and observer: what was said of what was made to happen, and of everything else."""
    rows = []
    for number, scenario in enumerate(scenarios):
        count = worlds * (QUIET_TIMES if scenario.cause == "none" else 1)
        made, frames = lived(scenario, [first_seed + 1_000 * number + world for world in range(count)])
        truth = pd.DataFrame([one.truth for one in made])
        rows += [
            _said(observed(frames, made, observer), truth, parameters).assign(observer=observer.name)
            for observer in OBSERVERS
        ]
    return pd.concat(rows, ignore_index=True)


def nights(scenario: Scenario, first_seed: int, worlds: int, parameters: JudgeParameters) -> pd.DataFrame:
    """What is said of a night of +100 % on each of the first days of watching: one row per world and day."""
    made, frames = lived(scenario, [first_seed + world for world in range(worlds)])
    truth = pd.DataFrame([one.truth for one in made])
    rows = []
    for days in range(1, 15):
        watching = Observer(f"day {days + 1}", days_before=days, days_after=0)
        rows.append(_said(observed(frames, made, watching), truth, parameters).assign(day=days + 1))
    return pd.concat(rows, ignore_index=True)


def _said(frames: Frames, truth: pd.DataFrame, parameters: JudgeParameters) -> pd.DataFrame:
    judged = judgement(frames, LAST_DAY, parameters)
    events = matched(_numbered(judged.events), truth)
    hits = events[events["is_hit"]].sort_values("observed_count", ascending=False).drop_duplicates("account_id")
    columns = ["account_id", "verdict", "observed_count", "unexplained_low_count", "unexplained_high_count"]
    said = truth.merge(hits[columns], on="account_id", how="left")
    is_false = (events["verdict"] == "unexplained_wave") & ~(events["is_hit"] & (events["bots"] > 0))
    false = events[is_false].groupby("account_id").size().rename("false_waves")
    limit = _limits(judged.judged_days, truth)
    said = said.merge(false, on="account_id", how="left").merge(limit, on="account_id", how="left")
    days = judged.judged_days.groupby("account_id").size().rename("judged_days")
    inside = (events["last"] - events["first"] + 1).groupby(events["account_id"]).sum().rename("event_days")
    said = said.merge(days, on="account_id", how="left").merge(inside, on="account_id", how="left")
    return said.assign(verdict=said["verdict"].fillna("no_event"))


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    """The events with their days counted from the world's first day, whenever the observer began."""
    days = {name: (events[f"{name}_date"] - FIRST_DAY).dt.days for name in ("first", "last")}
    return events.assign(**days)


def _limits(judged_days: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The limits below which the event's first day could have missed a jump and its last a drip; null if not judged."""
    limits = truth[["account_id"]]
    for day, name in (
        (truth["first_day"], "detectable_jump_followers_delta"),
        (truth["first_day"] + truth["days"] - 1, "detectable_drip_followers_delta"),
    ):
        dated = truth[["account_id"]].assign(report_date=FIRST_DAY + pd.to_timedelta(day, "D"))
        named = dated.astype({"report_date": "datetime64[s]"})
        found = named.merge(judged_days[["account_id", "report_date", name]], how="left")
        limits = limits.merge(found[["account_id", name]], on="account_id")
    return limits


def by_observer(said: pd.DataFrame, innocent: list[str]) -> pd.DataFrame:
    """Per observer: innocents called a wave, purchases called one, and all-clears while more than the limit came.

    A night is missed below what is stated where no event was found although more bots came than
    `detectable_jump_followers_delta` says, a drip where as many came as `detectable_drip_followers_delta` says of its
    last day; on a day without a limit nothing is cleared.
    """
    is_bought = said["cause"] == "unexplained_wave"
    is_night = is_bought & (said["days"] == 1)
    is_missed = (said["verdict"] == "no_event") & (said["bots"] >= said["detectable_jump_followers_delta"])
    is_drip_missed = (said["verdict"] == "no_event") & (said["bots"] >= said["detectable_drip_followers_delta"])
    rows = said.assign(
        innocent_called_wave=(said["verdict"] == "unexplained_wave").where(said["scenario"].isin(innocent)),
        bought_called_wave=(said["verdict"] == "unexplained_wave").where(is_bought),
        bought_found=(said["verdict"] != "no_event").where(is_bought),
        cleared_above_limit=is_missed.where(is_night),
        drip_cleared_above_limit=is_drip_missed.where(is_bought & (said["days"] > 1)),
        quiet_days_cleared=(1 - said["event_days"].fillna(0) / said["judged_days"]).where(said["cause"] == "none"),
        false_waves=said["false_waves"].fillna(0),
    )
    figures = [
        *("innocent_called_wave", "bought_called_wave", "bought_found", "cleared_above_limit", "quiet_days_cleared"),
        *("drip_cleared_above_limit", "false_waves"),
    ]
    return rows.groupby("observer", sort=False)[figures].mean().astype("float64").round(4).reset_index()


def by_scenario(said: pd.DataFrame) -> pd.DataFrame:
    """The commonest verdict of each scenario and observer, with the share of worlds that got it."""

    def commonest(verdicts_of: pd.Series) -> str:
        shares = verdicts_of.value_counts(normalize=True)
        return f"{shares.index[0]} {shares.iloc[0]:.2f}"

    table = said.pivot_table(index="scenario", columns="observer", values="verdict", aggfunc=commonest, sort=False)
    return table.reindex(columns=[observer.name for observer in OBSERVERS]).reset_index()


def first_nights(said: pd.DataFrame) -> pd.DataFrame:
    """Per day of watching: nights of +100 % that are an event, and those that are an event or not judged at all."""
    is_event = said["verdict"] != "no_event"
    rows = said.assign(event=is_event, event_or_unknown=is_event | said["detectable_jump_followers_delta"].isna())
    return rows.groupby("day")[["event", "event_or_unknown"]].mean().reset_index()

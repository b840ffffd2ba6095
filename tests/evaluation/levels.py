"""The same worlds seen less: at lower observation levels, and on the first day alone."""

import pandas as pd

from tests.evaluation.judged import Frames, JudgeParameters, judgement, until
from tests.evaluation.outcomes import LAST_DAY, lived, matched
from tests.evaluation.scenarios import Scenario

UNSEEN = {
    "counts": ("follower_arrivals", "follower_departures", "posts", "engagements"),
    "posts": ("follower_arrivals", "follower_departures"),
    "full": (),
}
"""Tables without rows at each level."""


def seen(frames: Frames, level: str) -> Frames:
    """The frames as they would be at that level: tables empty, and lists not read."""
    emptied = {name: frame.iloc[:0] if name in UNSEEN[level] else frame for name, frame in frames.items()}
    unread = {"counts": ("followers", "posts", "engagers"), "posts": ("followers",), "full": ()}[level]
    readings = frames["readings"]
    return emptied | {"readings": readings[~readings["subject"].isin(unread)]}


def levels(scenarios: list[Scenario], first_seed: int, worlds: int, parameters: JudgeParameters) -> pd.DataFrame:
    """Share of worlds with each verdict by true cause and observation level."""
    rows = []
    for number, scenario in enumerate(scenarios):
        made, frames = lived(scenario, [first_seed + 1_000 * number + world for world in range(worlds)])
        truth = pd.DataFrame([one.truth for one in made])
        for level in UNSEEN:
            found = _verdicts(seen(frames, level), LAST_DAY, truth, parameters)
            rows.append(found.assign(level=level))
    return _shares(pd.concat(rows, ignore_index=True), ["level", "cause"])


def first_days(scenarios: list[Scenario], first_seed: int, worlds: int, parameters: JudgeParameters) -> pd.DataFrame:
    """Share of worlds with each verdict by scenario, when nothing after the first day of the event was seen."""
    rows = []
    for number, scenario in enumerate(scenarios):
        for world in range(worlds):
            made, frames = lived(scenario, [first_seed + 1_000 * number + world])
            truth = pd.DataFrame([made[0].truth])
            day = pd.Timestamp("2026-01-01") + pd.Timedelta(days=int(truth["first_day"][0]))
            rows.append(_verdicts(until(frames, day), day, truth, parameters))
    return _shares(pd.concat(rows, ignore_index=True), ["scenario"])


def _verdicts(frames: Frames, day: pd.Timestamp, truth: pd.DataFrame, parameters: JudgeParameters) -> pd.DataFrame:
    events = matched(judgement(frames, day, parameters).events, truth)
    hits = events[events["is_hit"]].sort_values("observed_count", ascending=False).drop_duplicates("account_id")
    said = truth.merge(hits[["account_id", "verdict"]], on="account_id", how="left")
    return said.assign(verdict=said["verdict"].fillna("no_event"))


def _shares(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    counted = rows.groupby([*by, "verdict"], sort=False).size().unstack(fill_value=0)  # noqa: PD010 - counts by verdict
    return counted.div(counted.sum(axis=1), axis=0).round(2).reset_index()

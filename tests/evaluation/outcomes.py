"""What the judgement said of each world, laid beside the truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.evaluation.judged import Frames, Judgement, JudgeParameters, judgement
from tests.evaluation.scenarios import Scenario
from tests.evaluation.worlds import DAYS, World, world

LAST_DAY = pd.Timestamp("2026-01-01") + pd.Timedelta(days=DAYS - 1)
WORLDS_PER_BATCH = 12
SLACK_DAYS = 3


@dataclass(frozen=True)
class Outcome:
    """All events of all worlds with their truth, one row per world, and AUCs of its followers."""

    events: pd.DataFrame
    worlds: pd.DataFrame
    evidence: pd.DataFrame
    followers: pd.DataFrame


def outcome(scenarios: list[Scenario], first_seed: int, worlds: int, parameters: JudgeParameters) -> Outcome:
    """Every scenario lived `worlds` times; worlds of one scenario are tracked together."""
    parts = [
        _batch(scenario, first_seed + 1_000 * number, range(start, min(start + WORLDS_PER_BATCH, worlds)), parameters)
        for number, scenario in enumerate(scenarios)
        for start in range(0, worlds, WORLDS_PER_BATCH)
    ]
    fields = ("events", "worlds", "evidence", "followers")
    return Outcome(*(pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in fields))


def lived(scenario: Scenario, seeds: list[int]) -> tuple[list[World], Frames]:
    """The worlds of these seeds and their frames, one below the other."""
    made = [world(scenario, seed) for seed in seeds]
    return made, {name: pd.concat([one.frames[name] for one in made], ignore_index=True) for name in made[0].frames}


def _batch(scenario: Scenario, first_seed: int, numbers: range, parameters: JudgeParameters) -> Outcome:
    made, frames = lived(scenario, [first_seed + number for number in numbers])
    said = judgement(frames, LAST_DAY, parameters)
    truth = pd.DataFrame([one.truth for one in made])
    events = matched(said.events, truth).assign(cohort_count=said.cohorts["cohort_count"])
    judged = said.followers.assign(
        is_bot=said.followers["follower_id"].isin(frozenset().union(*(one.bot_ids for one in made)))
    )
    hit = events[events["is_hit"]].sort_values("observed_count", ascending=False).drop_duplicates("account_id")
    worlds = truth.merge(hit.drop(columns=truth.columns.drop("account_id")), on="account_id", how="left")
    worlds = worlds.merge(_false_waves(events), on="account_id", how="left")
    return Outcome(
        events=events,
        worlds=worlds.merge(_aucs(judged, hit, frames), on="account_id", how="left"),
        evidence=said.evidence.assign(account_id=said.events["account_id"].to_numpy()[said.evidence["event"]]),
        followers=_sampled(judged, hit).assign(scenario=scenario.name),
    )


def matched(events: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Each event with the truth of its world; `is_hit` where it overlaps the days of what was made to happen."""
    rows = events.assign(event=np.arange(len(events))).merge(truth, on="account_id", how="left", validate="many_to_one")
    late = rows["last"] >= rows["first_day"] - SLACK_DAYS
    early = rows["first"] <= rows["first_day"] + rows["days"] - 1 + SLACK_DAYS
    return rows.assign(is_hit=late & early)


def _false_waves(events: pd.DataFrame) -> pd.DataFrame:
    false = events[(events["verdict"] == "unexplained_wave") & ~(events["is_hit"] & (events["bots"] > 0))]
    return false.groupby("account_id").size().rename("false_waves").reset_index()


def _aucs(judged: pd.DataFrame, hit: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Per world: AUC of the bots within the interval, and over the whole list, where all others have probability 0."""
    rows = judged[judged["event"].isin(hit["event"])]
    sizes = frames["follower_arrivals"].groupby("account_id").size()
    found = []
    for account, group in rows.groupby("account_id"):
        score, is_bot = group["unexplained_probability"].to_numpy(), group["is_bot"].to_numpy()
        others = int(sizes[account]) - len(group)
        whole = auc(np.append(score, np.zeros(others)), np.append(is_bot, np.zeros(others, dtype=bool)))
        found.append((account, auc(score, is_bot), whole, int((~is_bot).sum())))
    return pd.DataFrame(found, columns=["account_id", "auc_interval", "auc_list", "people_in_interval"])


def auc(score: np.ndarray, is_bot: np.ndarray) -> float:
    """Chance that a bot scores above a person, ties counted half; NaN where one kind is absent."""
    bots, people = int(is_bot.sum()), int((~is_bot).sum())
    if not bots or not people:
        return float("nan")
    ranks = pd.Series(score).rank().to_numpy()
    return float((ranks[is_bot].sum() - bots * (bots + 1) / 2) / (bots * people))


def _sampled(judged: pd.DataFrame, hit: pd.DataFrame) -> pd.DataFrame:
    rows = judged[judged["event"].isin(hit["event"])]
    return rows.iloc[:: max(len(rows) // 2_000, 1)][["account_id", "unexplained_probability", "is_bot"]]


__all__ = ["Judgement", "Outcome", "auc", "lived", "matched", "outcome"]

"""Invented analytics exports with labelled spikes and pulses, and how the judgement tells them apart.

What is written here of real exports: quiet days, whose follows are few beside the profile visits; spikes after a post,
whose follows fit the visits and the engagements of their days; pulses, whose follows fit neither, because nobody of
them looked at anything. X counts a follow from a post as an engagement, so a pulse raises the engagements by itself.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.evaluation.judged import Frames, days_of, judgement
from tests.evaluation.observed import activity_frame, nothing_else
from tests.evaluation.parameters import JUDGE

FIRST_DAY = pd.Timestamp("2025-01-01")
DAYS, WARM_UP_DAYS, APART_DAYS = 270, 40, 18
ORGANIC, PULSE = "organic", "pulse"
CALLED_ORGANIC = ("organic_post", "organic_mention")


@dataclass(frozen=True)
class ExportWorld:
    """An export's days, and its spikes and pulses: first day, last day, label and size."""

    frames: Frames
    labels: pd.DataFrame


def export_world(seed: int) -> ExportWorld:
    """One account's export of 270 days, with spikes after posts and pulses by chance, one every 18 days."""
    chance = np.random.default_rng(seed)
    usual = chance.lognormal(np.log(3.0), 0.7)
    days = _quiet_days(chance, usual)
    starts = np.arange(WARM_UP_DAYS, DAYS - 6, APART_DAYS) + chance.integers(0, 6)
    labels = [(_spike if chance.random() < 0.5 else _pulse)(chance, days, int(start), usual) for start in starts]
    observed = activity_frame(days.assign(activity_date=FIRST_DAY + pd.to_timedelta(np.arange(DAYS), "D")), "exported")
    found = pd.DataFrame(labels, columns=["first_date", "last_date", "label", "size"])
    return ExportWorld(nothing_else({"account_activity": observed}), found)


def _quiet_days(chance: np.random.Generator, usual: float) -> pd.DataFrame:
    """Follows Poisson under a rate that wanders; visits 3 to 6 times as many; engagements 2 to 8 % of impressions."""
    rate = usual * np.exp(np.cumsum(chance.normal(0, 0.03, DAYS)))
    follows = chance.poisson(rate * chance.gamma(4, 0.25, DAYS))
    impressions = chance.lognormal(np.log(60 * usual + 100), 0.5, DAYS).astype(int)
    return pd.DataFrame(
        {
            "new_followers_count": follows,
            "lost_followers_count": chance.poisson(0.3 * usual, DAYS),
            "day_impressions_count": impressions,
            "day_profile_visits_count": chance.poisson(rate * chance.uniform(3, 6)),
            "day_x_engagements_count": chance.binomial(impressions, chance.uniform(0.02, 0.08)) + follows,
            "day_posts_count": chance.poisson(0.8, DAYS),
        }
    )


def _spike(chance: np.random.Generator, days: pd.DataFrame, start: int, usual: float) -> tuple[object, ...]:
    """A post is shown 8 to 60 times as often as usual, for one to three days; .02 to .12 follows per engagement."""
    length = int(chance.integers(1, 4))
    fading = 0.45 ** np.arange(length)
    shown = np.round(chance.uniform(8, 60) * (60 * usual + 100) * fading).astype(int)
    engaged = chance.binomial(shown, chance.uniform(0.03, 0.12))
    follows = chance.binomial(engaged, chance.uniform(0.02, 0.12))
    visits = chance.poisson(follows / chance.uniform(0.15, 0.45))
    return _add(days, start, (follows, shown, visits, engaged), ORGANIC)


def _pulse(chance: np.random.Generator, days: pd.DataFrame, start: int, usual: float) -> tuple[object, ...]:
    """20 to 800 follows in one to three days that visited next to nothing; most of them count as engagements."""
    length = int(chance.integers(1, 4))
    follows = chance.multinomial(
        int(np.exp(chance.uniform(np.log(20 + 5 * usual), np.log(800)))), np.ones(length) / length
    )
    engaged = chance.binomial(follows, chance.choice([0.0, 1.0], p=[0.2, 0.8]))
    nothing = np.zeros(length, dtype=int)
    return _add(days, start, (follows, nothing, chance.poisson(1.0, length), engaged), PULSE)


def _add(days: pd.DataFrame, start: int, more: tuple[np.ndarray, ...], label: str) -> tuple[object, ...]:
    names = ["new_followers_count", "day_impressions_count", "day_profile_visits_count", "day_x_engagements_count"]
    last = start + len(more[0]) - 1
    days.loc[start:last, names] += np.stack(more, axis=1)
    if label == ORGANIC:
        days.loc[start, "day_posts_count"] += 1
    first, final = (FIRST_DAY + pd.Timedelta(days=day) for day in (start, last))
    return first, final, label, int(more[0].sum())


def labelled_verdicts(world: ExportWorld) -> pd.DataFrame:
    """The spikes and pulses, with the verdict of the first event on the days of each; null without."""
    events = judgement(world.frames, days_of(world.frames)["report_date"].max(), JUDGE).events
    spans = zip(world.labels["first_date"], world.labels["last_date"], strict=True)
    held = [events[(events["first_date"] <= last) & (events["last_date"] >= first)] for first, last in spans]
    called = [next(iter(found["verdict"]), None) for found in held]
    return world.labels.assign(verdict=called)


def summarize(found: pd.DataFrame) -> dict[str, float]:
    """Of those that were found: pulses called organic and not explained, spikes attributed and called a wave."""
    pulses, spikes = (
        found.loc[(found["label"] == label) & found["verdict"].notna(), "verdict"] for label in (PULSE, ORGANIC)
    )
    return {
        "pulses called organic": float(pulses.isin(CALLED_ORGANIC).mean()),
        "pulses not explained": float((pulses == "unexplained_wave").mean()),
        "spikes attributed": float(spikes.isin(CALLED_ORGANIC).mean()),
        "spikes called a wave": float((spikes == "unexplained_wave").mean()),
    }

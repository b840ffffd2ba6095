"""Profiles of followers: people and bots, drawn from published and visible figures.

People: log counts of the visible lists in ../shared/evaluation (organic_followers_*, background of follower_list_a).
Bots: medians 18 followers, 344 following, 36 posts, 98.1 % without a like given (detection.md section 4);
spreads and correlations of the visible purchased half of profiles.parquet.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]

DAY = 86_400.0
EPOCH = 13_310 * DAY
"""2006-06-11 in Unix seconds: the first accounts."""

PEOPLE_LOW = np.array([3.14, 5.03, 3.77])
PEOPLE_HIGH = np.array([6.04, 6.72, 6.61])
PEOPLE_SPREAD = np.array([1.74, 1.35, 2.35])
PEOPLE_CORRELATION = np.array([[1.0, 0.78, 0.76], [0.78, 1.0, 0.65], [0.76, 0.65, 1.0]])
NEWCOMER_SHIFT = np.array([-1.5, -0.7, -2.5])
BOT_MEANS = np.log1p(np.array([18.0, 344.0, 36.0]))
BOT_SPREAD = np.array([0.80, 0.92, 0.94])
BOT_CORRELATION = np.array([[1.0, 0.6, 0.6], [0.6, 1.0, 0.6], [0.6, 0.6, 1.0]])
BOT_NO_LIKES = 0.981
LOOK_ALIKE_NO_LIKES = 0.5


@dataclass(frozen=True)
class Crowd:
    """The kind of people one account attracts: `level` 0-1 how established, and how many are newcomers to X."""

    level: float
    newcomer_share: float


def crowd(random: np.random.Generator) -> Crowd:
    """A crowd between those of the visible lists: 9 % to 49 % followed within a month of their creation."""
    return Crowd(level=random.uniform(0, 1), newcomer_share=random.uniform(0.09, 0.49))


def passers_by(usual: Crowd, random: np.random.Generator) -> Crowd:
    """Who a burst brings: the usual crowd, shifted about as far as the visible lists lie apart.

    Half to 2.5 times as many of them are newcomers to X.
    """
    level = float(np.clip(usual.level + random.normal(0, 0.3), 0, 1))
    newcomers = usual.newcomer_share * random.uniform(0.5, 2.5)
    return Crowd(level=level, newcomer_share=float(np.clip(newcomers, 0.02, 0.8)))


def people(kind: Crowd, followed_at: Numbers, random: np.random.Generator) -> Columns:
    """Profiles of people who followed at these moments."""
    rows = len(followed_at)
    newcomer = random.random(rows) < kind.newcomer_share
    age = random.beta(1.3, 1.0, rows) * (followed_at - EPOCH)
    age = np.where(newcomer, np.minimum(random.exponential(8 * DAY, rows), age), age)
    mean = PEOPLE_LOW + kind.level * (PEOPLE_HIGH - PEOPLE_LOW)
    logs = random.multivariate_normal(np.zeros(3), PEOPLE_CORRELATION, rows) * PEOPLE_SPREAD
    logs += mean + np.where(newcomer[:, None], NEWCOMER_SHIFT, 0.0)
    no_likes = np.where(newcomer, 0.35, 0.18 - 0.12 * kind.level)
    given = np.expm1(random.normal(3.6 + kind.level - 2 * newcomer, 2.3, rows))
    likes = np.where(random.random(rows) < no_likes, 0.0, given)
    return {
        **_counts(logs, likes, random),
        "created_at": followed_at - age,
        "has_default_image": random.random(rows) < 0.11 - 0.09 * kind.level,
        "has_description": random.random(rows) < 0.35 + 0.55 * kind.level,
        "has_location": random.random(rows) < 0.25 + 0.40 * kind.level,
        "has_url": random.random(rows) < 0.05 + 0.25 * kind.level,
    }


def bots(kind: str, usual: Crowd, followed_at: Numbers, random: np.random.Generator) -> Columns:
    """Profiles of one delivery of the given kind, all from one seller."""
    rows = len(followed_at)
    logs = random.multivariate_normal(np.zeros(3), BOT_CORRELATION, rows) * BOT_SPREAD + BOT_MEANS
    no_likes = BOT_NO_LIKES
    if kind == "look_alike":
        mean = PEOPLE_LOW + usual.level * (PEOPLE_HIGH - PEOPLE_LOW)
        person = random.multivariate_normal(np.zeros(3), PEOPLE_CORRELATION, rows) * PEOPLE_SPREAD + mean
        logs, no_likes = (logs + person) / 2, LOOK_ALIKE_NO_LIKES
    likes = np.where(random.random(rows) < no_likes, 0.0, np.expm1(random.normal(2.0, 1.5, rows)))
    return {
        **_counts(logs, likes, random),
        "created_at": _bot_creation(kind, usual, followed_at, random),
        "has_default_image": random.random(rows) < 0.005,
        "has_description": random.random(rows) < 0.8 * random.integers(0, 2) + 0.05,
        "has_location": random.random(rows) < 0.9 * random.integers(0, 2) + 0.02,
        "has_url": random.random(rows) < 0.01,
    }


def _bot_creation(kind: str, usual: Crowd, followed_at: Numbers, random: np.random.Generator) -> Numbers:
    rows = len(followed_at)
    if kind == "batch":
        first = followed_at.min() - random.uniform(60, 1_500) * DAY
        return np.asarray(first + random.uniform(0, 20 * DAY, rows))
    if kind == "fresh":
        return np.asarray(followed_at - random.uniform(0, 30 * DAY, rows))
    if kind == "aged":
        return np.asarray(EPOCH + random.random(rows) * (followed_at - EPOCH))
    if kind == "look_alike":
        return np.asarray(people(usual, followed_at, random)["created_at"], dtype=np.float64)
    message = f"{kind}: no such kind of bots; take one of batch, fresh, aged, look_alike."
    raise ValueError(message)


def _counts(logs: Numbers, likes: Numbers, random: np.random.Generator) -> Columns:
    counts = np.round(np.expm1(np.clip(logs, 0, 15)))
    listed = random.poisson(np.clip(counts[:, 0] * 0.01, 0, 1_000))
    return {
        "followers": counts[:, 0],
        "following": np.maximum(counts[:, 1], 1),
        "posts": counts[:, 2],
        "likes": np.round(np.maximum(likes, 0)),
        "listed": listed.astype(np.float64),
    }

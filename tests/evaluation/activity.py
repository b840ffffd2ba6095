"""What a generated account does and receives: posts as re-read, engagements and mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tasks.schema.columns.readings import SUBJECTS
from tasks.schema.staged import ENGAGEMENTS, POSTS, READINGS
from tests.evaluation.frames import dates, moments, staged_frame
from tests.evaluation.profiles import Columns
from tests.evaluation.scenarios import Scenario

if TYPE_CHECKING:
    from tests.evaluation.worlds import Setting

READ_AGES = (0, 1, 2, 7)
"""Ages in days at which a post is read, and below how much of its engagement has arrived by then."""
ARRIVED = (0.55, 0.9, 0.97, 1.0)
LISTED_ACTORS = 60
"""At most so many engagers of a post are read."""
SHARES = {"like_count": 0.84, "repost_count": 0.10, "reply_count": 0.05, "quote_count": 0.01}


def posts(scenario: Scenario, setting: Setting, random: np.random.Generator, days: int) -> Columns:
    """Own posts: day, engagement as it would usually be, and as it came to be."""
    per_day = random.uniform(0.4, 2.0)
    day = np.repeat(np.arange(days), random.poisson(per_day, days))
    usual = 0.2 * setting.followers**0.68 * np.exp(random.normal(0, 0.8, len(day)))
    engagement = usual.copy()
    if scenario.has_post:
        arrivals = max(scenario.people * setting.followers, 10.0)
        yield_per_engagement = random.uniform(0.3, 1.2) if scenario.is_giveaway else random.uniform(0.1, 0.6)
        size = max(float(np.median(usual)) * random.uniform(8, 30), arrivals / yield_per_engagement)
        day = np.append(day, setting.first_day)
        usual = np.append(usual, 0.0)
        engagement = np.append(engagement, size)
    return {"day": day, "usual_engagement": usual, "engagement": engagement}


def staged_activity(
    scenario: Scenario, setting: Setting, own_posts: Columns, arrivals: Columns, random: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """The staged frames `posts` and `engagements` of one world."""
    ids = int(setting.account_id) * 1_000_000 + np.arange(len(own_posts["day"]))
    engagements = [
        _usual_engagers(ids, setting, own_posts, arrivals, random),
        _newcomers(ids, setting, own_posts, arrivals, random),
        _mentions(scenario, setting, random),
    ]
    return {
        "posts": _post_readings(ids, setting, own_posts, random),
        "engagements": pd.concat(engagements),
        "readings": _readings(setting),
    }


def _readings(setting: Setting) -> pd.DataFrame:
    """Every reading got to its end, at full observation; on a missed day there is none."""
    day = np.setdiff1d(np.arange(100), np.array(setting.missed, dtype=int))
    columns: dict[str, object] = {
        "snapshot_date": dates(np.repeat(day, len(SUBJECTS))),
        "subject": np.tile(np.array(SUBJECTS, dtype=object), len(day)),
        "observation_level": "full",
        "status": "complete",
        "pages_count": 1,
        "objects_count": 1,
    }
    return staged_frame(READINGS, setting.account_id, columns, len(day) * len(SUBJECTS))


def _post_readings(ids: np.ndarray, setting: Setting, own: Columns, random: np.random.Generator) -> pd.DataFrame:
    day = np.repeat(own["day"], len(READ_AGES))
    ages = np.tile(np.array(READ_AGES), len(ids))
    arrived = np.repeat(own["engagement"], len(READ_AGES)) * np.tile(np.array(ARRIVED), len(ids))
    read_day = day + ages
    columns: dict[str, object] = {
        "post_id": np.repeat(ids, len(READ_AGES)),
        "snapshot_date": dates(read_day),
        "observed_at": moments(read_day + 0.97),
        "created_at": moments(np.repeat(own["day"] + random.uniform(0, 0.3, len(ids)), len(READ_AGES))),
        "is_repost": False,
        "is_quote": False,
        "is_reply_to_other": False,
        "bookmark_count": 0,
        "impression_count": np.round(arrived * np.repeat(random.uniform(20, 60, len(ids)), len(READ_AGES))),
        **{name: np.round(arrived * share) for name, share in SHARES.items()},
    }
    kept = (read_day < 100) & ~np.isin(read_day, setting.missed)
    return pd.DataFrame(staged_frame(POSTS, setting.account_id, columns, len(day)).loc[kept])


def _usual_engagers(
    ids: np.ndarray, setting: Setting, own: Columns, arrivals: Columns, random: np.random.Generator
) -> pd.DataFrame:
    """Engagers of each post: six in ten are followers, mostly a circle of regulars."""
    listed = np.minimum(own["engagement"], LISTED_ACTORS).astype(np.int64)
    rows = int(listed.sum())
    regulars = max(setting.followers // 20, 10)
    place = np.floor(np.minimum(random.pareto(1.0, rows) * 10, regulars - 1)).astype(np.int64)
    follower = arrivals["follower_id"][: setting.followers][place]
    stranger = random.integers(10**15, 10**16, rows)
    actor = np.where(random.random(rows) < 0.6, follower, stranger)
    return _engagement_rows(setting, np.repeat(ids, listed), actor, np.repeat(own["day"], listed), "like")


def _newcomers(
    ids: np.ndarray, setting: Setting, own: Columns, arrivals: Columns, random: np.random.Generator
) -> pd.DataFrame:
    """People who began to follow and then reply; of bots one in a thousand."""
    chance = np.where(arrivals["is_bot"].astype(bool), 0.001, setting.response)
    seen = arrivals["seen_day"]
    answers = (random.random(len(chance)) < chance) & (arrivals["day"] >= 0)
    day = seen[answers] + np.floor(random.exponential(2.0, int(answers.sum()))).astype(np.int64)
    actor = arrivals["follower_id"][answers]
    post = ids[np.clip(np.searchsorted(own["day"], day, side="right") - 1, 0, len(ids) - 1)]
    kept = day < 100
    return _engagement_rows(setting, post[kept], actor[kept], day[kept], "reply")


def _mentions(scenario: Scenario, setting: Setting, random: np.random.Generator) -> pd.DataFrame:
    """Mentions by others: a trickle of small accounts, and what the scenario adds on its first day."""
    trickle = random.poisson(0.3 + 0.0001 * setting.followers, 100)
    day = np.repeat(np.arange(100), trickle)
    reach = np.round(np.exp(random.normal(np.log(300), 1.5, len(day))))
    size = scenario.people * setting.followers
    if scenario.has_mention:
        day = np.append(day, setting.first_day)
        reach = np.append(reach, np.round(size * 10 ** random.uniform(1.3, 2.5)))
    if scenario.has_chatter:
        voices = int(size * random.uniform(0.02, 0.10)) + 3
        day = np.concatenate([day, np.full(voices, setting.first_day)])
        reach = np.concatenate([reach, np.round(np.exp(random.normal(np.log(500), 1.5, voices)))])
    ids = int(setting.account_id) * 1_000_000 + 500_000 + np.arange(len(day))
    actor = random.integers(10**15, 10**16, len(day))
    return _engagement_rows(setting, ids, actor, day, "mention", reach)


def _engagement_rows(  # noqa: PLR0913, PLR0917 - the facts of one row
    setting: Setting, post: np.ndarray, actor: np.ndarray, day: np.ndarray, kind: str, reach: np.ndarray | None = None
) -> pd.DataFrame:
    columns: dict[str, object] = {
        "post_id": post,
        "actor_id": actor,
        "kind": kind,
        "snapshot_date": dates(day),
        "observed_at": moments(day + 0.97),
        "engaged_at": moments(day + 0.5) if kind in {"reply", "mention"} else None,
        "actor_followers_count": np.nan if reach is None else reach,
    }
    kept = ~np.isin(day, setting.missed)
    rows = staged_frame(ENGAGEMENTS, setting.account_id, columns, len(post)).loc[kept]
    return rows.drop_duplicates(["post_id", "actor_id", "kind"])  # a person drawn twice for one post engaged once

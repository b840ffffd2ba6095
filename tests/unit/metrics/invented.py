"""Invented accounts, posts and engagements for tests of the measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.parameters import CommunityParameters, EngagementParameters
from tasks.schema.columns.counts import DAY_TOTAL_COLUMNS
from tasks.schema.staged import ENGAGEMENTS, POSTS
from tests.unit.frames import rows

PARAMETERS = EngagementParameters(
    maturity_hours=48,
    window_days=28,
    lag_days=2,
    reference_days=90,
    inbound_days=90,
    includes_replies=False,
    minimum_posts=8,
    minimum_post_days=5,
    minimum_count_share=0.5,
    elasticity_days=90,
    elasticity_block_days=6,
    elasticity_minimum_blocks=8,
    elasticity_minimum_range=0.02,
    confidence=0.95,
    resamples=200,
    seed=7,
)
COMMUNITY = CommunityParameters(window_days=28, network_days=90, lag_days=2, core_days_count=3, confidence=0.95)
FIRST_DAY = pd.Timestamp("2026-01-01")
COUNTS = ("followers_count", "following_count", "posts_count", "listed_count")
METRICS = ("like_count", "repost_count", "quote_count", "reply_count", "bookmark_count", "impression_count")


def account_days(followers: Sequence[int | None], account: str = "1", first: pd.Timestamp = FIRST_DAY) -> pd.DataFrame:
    """A calendar from `first` on with the given follower counts; everything else was not read."""
    days = pd.date_range(first, periods=len(followers), freq="D").astype("datetime64[s]")
    frame = pd.DataFrame({"account_id": [account] * len(followers), "report_date": days})
    frame["account_id"] = frame["account_id"].astype(pd.StringDtype(na_value=np.nan))
    for name in (
        *COUNTS,
        "new_followers_count",
        "lost_followers_count",
        *(column.name for column in DAY_TOTAL_COLUMNS),
    ):
        frame[name] = pd.Series([None] * len(frame), dtype="Int64")
    return frame.assign(followers_count=pd.Series(followers, dtype="Int64"))


def reading(post: int, created: str, hours: float, **said: object) -> dict[str, object]:
    """One reading of a post of account 1, made some hours after it was published."""
    published = pd.Timestamp(created, tz="UTC")
    read = published + pd.Timedelta(hours=hours)
    told = {"is_repost": False, "is_quote": False, "is_reply_to_other": False, "account_id": "1", "source": "x_api"}
    told |= {"like_count": 0, "repost_count": 0, "reply_count": 0, "quote_count": 0}
    day = read.tz_localize(None).normalize()
    return told | {"post_id": post, "created_at": published, "observed_at": read, "snapshot_date": day} | said


def posts(*readings: Mapping[str, object]) -> pd.DataFrame:
    """The readings as the staged table has them."""
    return rows(POSTS, *readings)


def daily_posts(
    engagements: Sequence[Sequence[int]], account: str = "1", first: pd.Timestamp = FIRST_DAY
) -> pd.DataFrame:
    """Posts of consecutive days, each with the given likes and 20 impressions per like, read at 50 hours of age."""
    written = []
    for day, likes_of_day in enumerate(engagements):
        for place, likes in enumerate(likes_of_day):
            moment = first + pd.Timedelta(days=day, hours=9 + place)
            number = int(account) * 10**6 + day * 100 + place
            said = {"account_id": account, "like_count": likes, "impression_count": 20 * likes + 5, "bookmark_count": 1}
            written.append(reading(number, str(moment), 50, **said))
    return posts(*written)


@dataclass(frozen=True)
class Act:
    """One engagement with account 1."""

    actor: int
    day: int
    post: int = 1
    kind: str = "reply"
    follows: bool | None = None
    followers: int | None = None
    has_time: bool = True


def engagements(*acts: Act, account: str = "1") -> pd.DataFrame:
    """The engagements as the staged table has them, with `is_follower` beside; day 0 is the first day."""
    written = []
    for act in acts:
        day = FIRST_DAY + pd.Timedelta(days=act.day)
        moment = (day + pd.Timedelta(hours=12)).tz_localize("UTC")
        row = {"account_id": account, "post_id": act.post, "actor_id": act.actor, "kind": act.kind, "source": "x_api"}
        row |= {"snapshot_date": day, "observed_at": moment, "actor_followers_count": act.followers}
        written.append(row | {"engaged_at": moment if act.has_time else None})
    follows = pd.Series([act.follows for act in acts], dtype="boolean")
    return rows(ENGAGEMENTS, *written).assign(is_follower=follows)


def on(frame: pd.DataFrame, day: int) -> pd.Series:
    """The row of the given day, counted from the first."""
    return frame[frame["report_date"] == FIRST_DAY + pd.Timedelta(days=day)].iloc[0]

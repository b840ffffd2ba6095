"""Invented follower lists with their right answers: blocks of several kinds, honest stalls, and lists out of order.

Everything derives from the kind and the seed.
A list is lived for two to ten years; its people are those of `profiles`, whose level drifts a little.
A block is delivered within half an hour to a day by one seller, whose profiles lie about as far from the published
medians as two sellers lie apart (a standard deviation of 0.7 in logs); meanwhile the usual people go on arriving.
An honest stall is a burst of people within hours, as a post that took off brings it, a little unlike the usual crowd.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tests.evaluation.profiles import (
    BOT_CORRELATION,
    BOT_MEANS,
    BOT_SPREAD,
    DAY,
    EPOCH,
    Columns,
    Crowd,
    Numbers,
    crowd,
    passers_by,
    people,
)

READ = pd.Timestamp("2026-01-01", tz="UTC")
READ_SECONDS = READ.timestamp()
SMALLEST, LARGEST = 300, 300_000
PROFILES = ["followers_count", "following_count", "posts_count", "listed_count", "likes_count"]
ORDERS = ("reversed", "shuffled", "sorted_by_creation", "sorted_by_id_text", "sorted_by_followers")


@dataclass(frozen=True)
class ListKind:
    """What is in a list, and what was done to it; `order` is empty where it stands as the follows came.

    `has_times` says that the source tells when each followed.
    """

    name: str
    blocks: tuple[str, ...] = ()
    stalls: int = 0
    has_profiles: bool = True
    dates: str = ""
    order: str = ""
    is_cut: bool = False
    has_times: bool = False


KINDS = (
    ListKind("squeezed dates", ("squeezed",)),
    ListKind("spread dates", ("spread",)),
    ListKind("young accounts", ("young",)),
    ListKind("several blocks", ("spread", "young", "squeezed", "spread")),
    ListKind("block beside honest stalls", ("spread",), stalls=2),
    ListKind("dates missing", ("spread",), dates="missing"),
    ListKind("dates cut to the month", ("spread",), dates="month"),
    ListKind("cut short", ("spread",), is_cut=True),
    ListKind("exact times", ("spread",), stalls=1, has_times=True),
    ListKind("no profiles", ("spread",), has_profiles=False),
    ListKind("quiet"),
    ListKind("honest stalls", stalls=3),
    ListKind("honest stalls, no profiles", stalls=3, has_profiles=False),
    ListKind("pause in the dates", dates="pause"),
    *(ListKind(f"{order.replace('_', ' ')}, with a block", ("spread",), order=order) for order in ORDERS),
    *(ListKind(f"{order.replace('_', ' ')}, quiet", order=order) for order in ORDERS),
)


@dataclass(frozen=True)
class ListWorld:
    """One list as it is brought in, `rank` 0 first, and which of its rows belong to a block and to an honest stall."""

    kind: ListKind
    followers: pd.DataFrame
    is_block: np.ndarray
    is_stall: np.ndarray


def list_world(kind: ListKind, seed: int, followers: int = 0) -> ListWorld:
    """The list of this kind and seed, of so many followers, or of 300 to 300,000."""
    random = np.random.default_rng(seed)
    size = followers or int(np.exp(random.uniform(np.log(SMALLEST), np.log(LARGEST))))
    years = random.uniform(2, 10)
    usual = crowd(random)
    past = np.sort(READ_SECONDS - years * 365 * DAY * random.random(size) ** random.uniform(0.7, 1.3))
    parts = [_marked(_drifting(usual, past, random), past, "")]
    parts += [_block(block, past, random, len(kind.blocks)) for block in kind.blocks]
    parts += [_stall(usual, past, random) for _ in range(kind.stalls)]
    table = pd.concat(parts, ignore_index=True).sort_values("followed_at", kind="stable", ignore_index=True)
    if kind.is_cut:
        table = _cut(table, random)
    table = _ordered(table, kind.order, random)
    created = _dated(table, kind.dates, random)
    columns: dict[str, Any] = {"rank": np.arange(len(table)), "created_at": created}
    if kind.has_times:
        columns["followed_at"] = pd.to_datetime(table["followed_at"], unit="s", utc=True).dt.as_unit("us")
    if kind.has_profiles:
        columns |= {name: table[name].astype("int64") for name in PROFILES}
    is_block = (table["part"] == "block").to_numpy()
    return ListWorld(kind, pd.DataFrame(columns), is_block, (table["part"] == "stall").to_numpy())


def _drifting(usual: Crowd, followed_at: Numbers, random: np.random.Generator) -> Columns:
    """Usual people, whose level moves by a tenth or so from one end of the list to the other."""
    late = Crowd(float(np.clip(usual.level + random.normal(0, 0.1), 0, 1)), usual.newcomer_share)
    is_late = random.random(len(followed_at)) < np.linspace(0, 1, len(followed_at))
    early = people(usual, followed_at, random)
    later = people(late, followed_at, random)
    return {name: np.where(is_late, later[name], early[name]) for name in early}


def _marked(profile: Columns, followed_at: Numbers, part: str) -> pd.DataFrame:
    renamed = {"posts": "posts_count", "likes": "likes_count", "listed": "listed_count"}
    renamed |= {"followers": "followers_count", "following": "following_count"}
    frame = pd.DataFrame(profile).rename(columns=renamed)
    return frame[["created_at", *PROFILES]].assign(followed_at=followed_at, part=part)


def _start(past: Numbers, random: np.random.Generator) -> float:
    """Somewhere inside the list, with some of it on both sides."""
    return float(past[random.integers(len(past) // 10, len(past) * 9 // 10)])


def _size(past: Numbers, random: np.random.Generator) -> int:
    """A block or a stall: 3 to 20 % of the list, and 120 to 20,000 people."""
    return int(np.clip(len(past) * random.uniform(0.03, 0.2), 120, 20_000))


def _block(kind: str, past: Numbers, random: np.random.Generator, blocks: int) -> pd.DataFrame:
    size = max(_size(past, random) // (1 if blocks == 1 else 2), 120)
    start = _start(past, random)
    length = random.uniform(0.02, 1.0) * DAY
    followed = np.sort(start + random.random(size) * length)
    logs = random.multivariate_normal(np.zeros(3), BOT_CORRELATION, size) * BOT_SPREAD * random.uniform(0.6, 1.1)
    logs += BOT_MEANS + random.normal(0, 0.7, 3)
    counts = np.round(np.expm1(np.clip(logs, 0, 15)))
    has_likes = random.random(size) < random.uniform(0.02, 0.5)
    profile = {
        "created_at": _created(kind, followed, random),
        "followers": counts[:, 0],
        "following": np.maximum(counts[:, 1], 1),
        "posts": counts[:, 2],
        "likes": np.where(has_likes, np.round(np.expm1(random.normal(2, 1.5, size).clip(0))), 0),
        "listed": random.poisson(np.clip(counts[:, 0] * 0.003, 0, 100)),
    }
    return _marked(profile, followed, "block")


def _created(kind: str, followed: Numbers, random: np.random.Generator) -> Numbers:
    rows = len(followed)
    if kind == "squeezed":
        first = followed.min() - random.uniform(60, 1_500) * DAY
        return np.asarray(first + random.uniform(0, random.uniform(2, 20) * DAY, rows))
    if kind == "young":
        return np.asarray(followed.min() - random.uniform(9, 40) * DAY + random.uniform(0, 3 * DAY, rows))
    last = followed.min() - random.uniform(60, 400) * DAY
    first = max(last - random.uniform(2, 6) * 365 * DAY, EPOCH)
    return np.asarray(random.uniform(first, last, rows))


def _stall(usual: Crowd, past: Numbers, random: np.random.Generator) -> pd.DataFrame:
    """A burst of people who came within hours."""
    followed = np.sort(_start(past, random) + random.exponential(random.uniform(1, 12) / 24 * DAY, _size(past, random)))
    return _marked(people(passers_by(usual, random), followed, random), followed, "stall")


def _cut(table: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The newest or the oldest part alone, with every block in it."""
    block = np.flatnonzero(table["part"] == "block")
    if random.random() < 0.5:
        return table.iloc[random.integers(0, block[0] // 2 + 1) :].reset_index(drop=True)
    return table.iloc[: random.integers((block[-1] + len(table)) // 2, len(table)) + 1].reset_index(drop=True)


def _ordered(table: pd.DataFrame, order: str, random: np.random.Generator) -> pd.DataFrame:
    if order == "reversed":
        return table.iloc[::-1].reset_index(drop=True)
    if order == "shuffled":
        return table.iloc[random.permutation(len(table))].reset_index(drop=True)
    if order == "sorted_by_creation":
        return table.sort_values("created_at", ignore_index=True)
    if order == "sorted_by_followers":
        return table.sort_values("followers_count", ascending=False, kind="stable", ignore_index=True)
    if order == "sorted_by_id_text":
        return table.iloc[np.argsort(_ids(table["created_at"].to_numpy(), random).astype(str))].reset_index(drop=True)
    return table


SNOWFLAKES_SINCE = 1_288_834_974.657
"""When X began to make ids of the time, 2010-11-04 (the epoch of its snowflakes)."""
OLD_IDS_UNTIL = 2_500_000_000
"""Accounts had ids counted up until late 2015 (first user snowflakes); about 2.5 billion by mid 2014."""


def _ids(created: Numbers, random: np.random.Generator) -> np.ndarray:
    """Ids as X gave them: counted up until late 2015, then of the time."""
    counted = OLD_IDS_UNTIL * np.clip((created - EPOCH) / (1_446_000_000 - EPOCH), 0, 1) ** 2
    snowflakes = ((created - SNOWFLAKES_SINCE) * 1_000).astype(np.int64) << 22
    ids = np.where(created < 1_446_000_000, counted.astype(np.int64), snowflakes)
    return np.asarray(ids + random.integers(0, 2**12, len(created)))


def _dated(table: pd.DataFrame, dates: str, random: np.random.Generator) -> pd.Series:
    created = pd.Series(pd.to_datetime(np.floor(table["created_at"].to_numpy()), unit="s", utc=True))
    created = created.dt.as_unit("us").clip(lower=pd.Timestamp("2006-06-11", tz="UTC"))
    if dates == "missing":
        return created.where(random.random(len(created)) >= random.uniform(0.2, 0.6))
    if dates == "month":
        months = created.dt.tz_localize(None).to_numpy().astype("datetime64[M]").astype("datetime64[us]")
        return pd.Series(months).dt.tz_localize("UTC")
    if dates == "pause":
        first = random.integers(len(created) // 4, len(created) // 2)
        return created.where(~np.isin(np.arange(len(created)), np.arange(first, first + len(created) // 5)))
    return created

"""One labelled world: an account of invented followers, lived for 100 days, as staged frames and its truth.

Everything derives from the scenario and the seed.
Rates are working assumptions in the range of the visible accounts: 0.03 % to 0.3 % new followers a day,
day-to-day spread 25 %, engagement per post 0.2 x followers^0.68 (scores.md 6.1) with a spread of 0.8 in logs,
one person in 12 to 50 engages within a week of following, one bot in 1,000 does.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.evaluation import activity, frames
from tests.evaluation.profiles import DAY, Columns, Crowd, Numbers, bots, crowd, passers_by, people
from tests.evaluation.scenarios import Scenario

START = 1_767_225_600.0
"""2026-01-01 in Unix seconds: the first reading."""
DAYS = 100
READ_AT = 0.97 * DAY
PURGE_DAY = 52
BURST_DECAY_DAYS = 1.2


@dataclass(frozen=True)
class Setting:
    """What is drawn once for a world: who the account is, and when things happen to it."""

    account_id: str
    followers: int
    usual: Crowd
    daily_rate: float
    loss_rate: float
    response: float
    first_day: int
    missed: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """One world: staged frames by table name, the truth per follower and the truth of its event."""

    scenario: Scenario
    account_id: str
    frames: dict[str, pd.DataFrame]
    truth: dict[str, object]
    bot_ids: frozenset[int]


def world(scenario: Scenario, seed: int) -> World:
    """The world of this scenario and seed; the same seed always gives the same world."""
    random = np.random.default_rng(seed)
    setting = _setting(scenario, seed, random)
    own_posts = activity.posts(scenario, setting, random, DAYS)
    arrivals = _arrivals(scenario, setting, own_posts, random)
    arrivals["seen_day"] = _seen_day(arrivals["day"], setting)
    lost_day = _lost_day(arrivals, scenario, setting, random)
    counts = _counts(arrivals, lost_day, scenario, setting, random)
    is_bot = np.asarray(arrivals["is_bot"], dtype=bool)
    staged = frames.staged(setting, arrivals, lost_day, counts)
    staged |= activity.staged_activity(scenario, setting, own_posts, arrivals, random)
    truth = {
        "account_id": setting.account_id,
        "scenario": scenario.name,
        "cause": scenario.cause,
        "first_day": setting.first_day,
        "days": scenario.days,
        "bots": int(is_bot.sum()),
        "followers": setting.followers,
    }
    ids = frozenset(np.asarray(arrivals["follower_id"])[is_bot].tolist())
    return World(scenario, setting.account_id, staged, truth, ids)


def _setting(scenario: Scenario, seed: int, random: np.random.Generator) -> Setting:
    followers = scenario.followers or int(np.exp(random.uniform(np.log(1_000), np.log(20_000))))
    first_day = PURGE_DAY if scenario.purge else int(random.integers(45, 62))
    missed = tuple(random.choice(np.arange(20, 90), 5, replace=False).tolist()) if scenario.has_missed_day else ()
    if scenario.has_missed_day and scenario.bots:
        missed = (*missed, first_day)
    return Setting(
        account_id=str(9_000_000 + seed),
        followers=followers,
        usual=crowd(random),
        daily_rate=float(np.exp(random.uniform(np.log(0.0003), np.log(0.003)))),
        loss_rate=random.uniform(0.0001, 0.0006),
        response=random.uniform(0.02, 0.08),
        first_day=first_day,
        missed=missed,
    )


def _arrivals(scenario: Scenario, setting: Setting, own_posts: Columns, random: np.random.Generator) -> Columns:
    past = np.sort(START - random.uniform(2, 10) * 365 * DAY * random.random(setting.followers) ** 1.3)
    usual = _usual_times(scenario, setting, own_posts, random)
    burst = _burst_times(scenario, setting, random)
    wave = _wave_times(scenario, setting, random)
    groups = [
        (past, people(setting.usual, past, random)),
        (usual, people(setting.usual, usual, random)),
        (burst, people(passers_by(setting.usual, random), burst, random)),
        (wave, bots(scenario.bot_kind, setting.usual, wave, random) if len(wave) else None),
    ]
    filled = [(times, profile) for times, profile in groups if profile is not None and len(times)]
    merged = {name: np.concatenate([profile[name] for _, profile in filled]) for name in filled[0][1]}
    merged["followed_at"] = np.concatenate([times for times, _ in filled])
    merged["is_bot"] = np.concatenate([np.full(len(times), times is wave) for times, _ in filled])
    merged["is_burst"] = np.concatenate([np.full(len(times), times is burst) for times, _ in filled])
    order = np.argsort(merged["followed_at"], kind="stable")
    ordered: Columns = {name: column[order] for name, column in merged.items()}
    rows = len(order)
    ordered["follower_id"] = int(setting.account_id) * 10_000_000 + random.permutation(rows)
    ordered["day"] = np.floor((ordered["followed_at"] - START) / DAY).astype(np.int64)
    return ordered


def _usual_times(scenario: Scenario, setting: Setting, own_posts: Columns, random: np.random.Generator) -> Numbers:
    """Follow times of the usual people: three parts steady, one part in step with what posts receive."""
    week = 1 + 0.15 * np.sin(2 * np.pi * (np.arange(DAYS) + random.integers(7)) / 7)
    noise = np.exp(random.normal(0, 0.25, DAYS))
    received = np.bincount(own_posts["day"], own_posts["usual_engagement"], minlength=DAYS)[:DAYS]
    coupling = 0.75 + 0.25 * received / max(received.mean(), 1e-9)
    ramp = 1 + (scenario.rise - 1) * np.clip((np.arange(DAYS) - setting.first_day) / 20, 0, 1)
    mean = setting.followers * setting.daily_rate * week * noise * coupling * ramp
    mean[setting.first_day : setting.first_day + scenario.days] *= scenario.normal_days
    counts = random.poisson(mean)
    counts[0] = 0
    return _within_days(np.repeat(np.arange(DAYS), counts), 0.0, 1.0, random)


def _burst_times(scenario: Scenario, setting: Setting, random: np.random.Generator) -> Numbers:
    size = round(scenario.people * setting.followers)
    decay = np.exp(-np.arange(scenario.days) / BURST_DECAY_DAYS)
    counts = random.multinomial(size, decay / decay.sum())
    days = setting.first_day + np.repeat(np.arange(scenario.days), counts)
    return _within_days(days, 0.0, 1.0, random)


def _wave_times(scenario: Scenario, setting: Setting, random: np.random.Generator) -> Numbers:
    size = round(scenario.bots * setting.followers)
    counts = random.multinomial(size, np.full(scenario.days, 1 / scenario.days))
    days = setting.first_day + np.repeat(np.arange(scenario.days), counts)
    length = random.uniform(1, 12) / 24 if scenario.days == 1 else random.uniform(0.2, 0.95)
    return _within_days(days, random.uniform(0, 0.96 - length), length, random)


def _within_days(days: np.ndarray, start: float, length: float, random: np.random.Generator) -> Numbers:
    within = start + random.random(len(days)) * min(length, 0.96 - start)
    return np.asarray(np.sort(START + (days + within) * DAY), dtype=np.float64)


def _seen_day(day: np.ndarray, setting: Setting) -> np.ndarray:
    """The day of the first reading at or after the follow; everybody before the first reading is seen on day 0."""
    read = np.setdiff1d(np.arange(DAYS), np.array(setting.missed, dtype=int))
    return np.asarray(read[np.searchsorted(read, np.clip(day, 0, DAYS - 1))])


def _lost_day(arrivals: Columns, scenario: Scenario, setting: Setting, random: np.random.Generator) -> np.ndarray:
    """The day on which each follower left; DAYS where nobody saw them leave."""
    rows = len(arrivals["day"])
    first_seen = np.asarray(arrivals["seen_day"])
    waits = random.exponential(1 / setting.loss_rate, rows)
    leaving = arrivals["is_bot"].astype(bool) & (random.random(rows) < random.uniform(0, 0.15))
    leaving |= arrivals["is_burst"].astype(bool) & (random.random(rows) < random.uniform(0, 0.08))
    waits[leaving] = np.minimum(waits[leaving], 2 + random.exponential(10, int(leaving.sum())))
    lost = first_seen + 1 + np.floor(waits)
    purged = (random.random(rows) < scenario.purge) & (first_seen < setting.first_day)
    lost[purged] = np.minimum(lost[purged], setting.first_day)
    return np.asarray(np.minimum(lost, DAYS), dtype=np.int64)


def _counts(
    arrivals: Columns, lost_day: np.ndarray, scenario: Scenario, setting: Setting, random: np.random.Generator
) -> pd.DataFrame:
    came = np.bincount(arrivals["seen_day"], minlength=DAYS)[:DAYS].cumsum()
    gone = np.bincount(lost_day, minlength=DAYS + 1)[:DAYS].cumsum()
    count = (came - gone).astype(np.float64)
    first = setting.first_day
    if scenario.misread:
        count[first : first + int(random.integers(1, 3))] *= 1 + scenario.misread * random.uniform(0.5, 1.5)
    if scenario.disagreement:
        count[first : first + int(random.integers(4, 15))] *= 1 + scenario.disagreement
    following = np.full(DAYS, float(random.integers(100, 1_500))) + random.poisson(0.5, DAYS).cumsum()
    if scenario.is_follow_back:
        grown = np.clip(np.arange(DAYS) - (first - 2), 0, scenario.days) / scenario.days
        following += grown * scenario.people * setting.followers * random.uniform(1.5, 4)
    day = np.arange(DAYS)
    read = ~np.isin(day, setting.missed)
    return pd.DataFrame({"day": day, "followers": np.round(count), "following": np.round(following)})[read]

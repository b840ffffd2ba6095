"""What happens to the followers of the demo's accounts: a night of bots, a viral post, a mention, a drip, a purge."""

import numpy as np

from sandbox.world.arrivals import (
    Group,
    arrival_group,
    decaying_arrivals,
    organic,
    suspended_at,
    with_absences,
    with_leavers,
)
from sandbox.world.moments import DAY, HOUR, NEVER, utc_milliseconds
from sandbox.world.plans import FRANK, MIA, PIA, STAN, VERA, Plan
from sandbox.world.profiles import Batch
from sandbox.world.randomness import Numbers, generator

VIRAL_AT = utc_milliseconds(2026, 6, 24, 13, 40)
VIRAL_ARRIVALS = 2_600
MENTION_AT = utc_milliseconds(2026, 7, 8, 17, 20)
MENTION_ARRIVALS = 1_900
BOTS = 17_000
BOTS_SUSPENDED = 0.03
BOTS_FROM, BOTS_UNTIL = utc_milliseconds(2026, 7, 15, 0, 20), utc_milliseconds(2026, 7, 15, 5, 30)
DRIP = 1_470
DRIP_FROM, DRIP_DAYS = utc_milliseconds(2026, 6, 20), 21
OLD_BOTS = 2_100
PURGE_FROM = utc_milliseconds(2026, 8, 6, 0, 30)
PURGE_HOURS = 5
PURGED_SHARE = 0.08


def plan_generator(seed: int, plan: Plan, purpose: str) -> np.random.Generator:
    """A generator of its own for each account and purpose."""
    return generator(seed, plan.notable.handle, purpose)


def groups(plan: Plan, seed: int) -> list[Group]:
    """The followers of one account: those of ordinary days first, then those of its story."""
    rng = plan_generator(seed, plan, "waves")
    ordinary = organic(plan, plan_generator(seed, plan, "ordinary days"))
    if plan is not PIA:
        return [ordinary, *WAVES.get(plan.notable.handle, _no_wave)(rng)]
    return _purged([ordinary, *_old_bots(rng)], rng)


def _no_wave(_: np.random.Generator) -> list[Group]:
    return []


def _night_of_bots(rng: np.random.Generator) -> list[Group]:
    """Frank's night: one batch, made within weeks in 2021, following within five hours."""
    followed = rng.integers(BOTS_FROM, BOTS_UNTIL, BOTS)
    wave = arrival_group("unexplained_wave", followed, Batch(utc_milliseconds(2021, 3, 3), days=20.0))
    suspended = np.where(
        rng.random(BOTS) < BOTS_SUSPENDED, followed.max() + (rng.random(BOTS) * 60 * DAY).astype(np.int64), NEVER
    )
    return [suspended_at(with_leavers(wave, rng, leaving=0.04, days=60.0), suspended)]


def _viral_crowd(rng: np.random.Generator) -> list[Group]:
    wave = arrival_group("organic_post", decaying_arrivals(rng, VIRAL_ARRIVALS, VIRAL_AT + 2 * HOUR, mean_hours=40.0))
    return [with_absences(with_leavers(wave, rng, leaving=0.06, days=60.0), rng)]


def _mentioned_crowd(rng: np.random.Generator) -> list[Group]:
    wave = arrival_group("organic_mention", decaying_arrivals(rng, MENTION_ARRIVALS, MENTION_AT, mean_hours=22.0))
    return [with_absences(with_leavers(wave, rng, leaving=0.08, days=60.0), rng)]


def _drip(rng: np.random.Generator) -> list[Group]:
    """Seventy a day for three weeks, from three batches one after the other."""
    followed = np.sort(rng.integers(DRIP_FROM, DRIP_FROM + DRIP_DAYS * DAY, DRIP))
    batches = (
        Batch(utc_milliseconds(2022, 5, 9), 9.0),
        Batch(utc_milliseconds(2020, 10, 2), 12.0),
        Batch(utc_milliseconds(2023, 1, 17), 8.0),
    )
    shares = np.array_split(followed, len(batches))
    waves = [arrival_group("unexplained_wave", share, batch) for share, batch in zip(shares, batches, strict=True)]
    return [with_leavers(wave, rng, leaving=0.05, days=60.0) for wave in waves]


def _old_bots(rng: np.random.Generator) -> list[Group]:
    """Batches that followed over the years before, a few weeks each."""
    starts = [utc_milliseconds(2022, 2, 1) + int(step) * DAY for step in np.linspace(0, 1_250, 7)]
    batches = [Batch(start - int(rng.integers(200, 700)) * DAY, 25.0) for start in starts]
    return [
        arrival_group("organic", rng.integers(start, start + 40 * DAY, OLD_BOTS // len(starts)), batch)
        for start, batch in zip(starts, batches, strict=True)
    ]


def _purged(groups: list[Group], rng: np.random.Generator) -> list[Group]:
    """The same groups after a day on which X suspends eight in a hundred: five in six of the batches, then people."""
    standing = [
        np.flatnonzero((g.followed < PURGE_FROM) & (g.left > PURGE_FROM + DAY) & (g.hidden_from > PURGE_FROM + DAY))
        for g in groups
    ]
    wanted = round(PURGED_SHARE * sum(len(rows) for rows in standing))
    taken = [rng.permutation(rows)[: 5 * len(rows) // 6] for rows in standing[1:]]
    people = rng.permutation(standing[0])[: wanted - sum(len(rows) for rows in taken)]
    return [_suspended(group, rows, rng) for group, rows in zip(groups, [people, *taken], strict=True)]


def _suspended(group: Group, rows: Numbers, rng: np.random.Generator) -> Group:
    moments = np.full(len(group), NEVER)
    moments[rows] = PURGE_FROM + (rng.random(len(rows)) * PURGE_HOURS * HOUR).astype(np.int64)
    return suspended_at(group, moments)


WAVES = {
    FRANK.notable.handle: _night_of_bots,
    VERA.notable.handle: _viral_crowd,
    MIA.notable.handle: _mentioned_crowd,
    STAN.notable.handle: _drip,
}

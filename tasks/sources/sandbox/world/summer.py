"""The demo's world: seven accounts from June to August 2026, and what happens to them."""

from dataclasses import replace
from datetime import date

import numpy as np

from tasks.sources.sandbox.world import ids
from tasks.sources.sandbox.world.account import Followed, arrival_event, entered
from tasks.sources.sandbox.world.arrivals import Group, arrived, decaying, fading, organic, suspended_at, with_absences
from tasks.sources.sandbox.world.audience import ListedAudience
from tasks.sources.sandbox.world.cast import EXTRAS, STELLA, at
from tasks.sources.sandbox.world.dice import Floats, Numbers, generator
from tasks.sources.sandbox.world.moments import DAY, HOUR, NEVER, midnight
from tasks.sources.sandbox.world.plans import FRANK, HISTORY, MIA, PIA, PLANS, STAN, VERA, Plan
from tasks.sources.sandbox.world.population import Census, ListedPeople
from tasks.sources.sandbox.world.postrows import NOBODY, Kind, PostRows, plain_rows
from tasks.sources.sandbox.world.profiles import Batch
from tasks.sources.sandbox.world.truth import Event, Truth, truth_of
from tasks.sources.sandbox.world.world import World
from tasks.sources.sandbox.world.writing import Drawn, Library, write_days

PASSERS_BY = 9_000
VIRAL_AT = at(2026, 6, 24, 13, 40)
VIRAL_ARRIVALS = 2_600
MENTION_AT = at(2026, 7, 8, 17, 20)
MENTION_ARRIVALS = 1_900
BOTS = 17_000
BOTS_SUSPENDED = 0.03
BOTS_FROM, BOTS_UNTIL = at(2026, 7, 15, 0, 20), at(2026, 7, 15, 5, 30)
DRIP = 1_470
DRIP_FROM, DRIP_DAYS = at(2026, 6, 20), 21
OLD_BOTS = 2_100
PURGE_FROM = at(2026, 8, 6, 0, 30)
PURGE_HOURS = 5
PURGED_SHARE = 0.08


def summer(seed: int) -> World:
    """The demo's world: 2026-06-01 to 2026-08-31 UTC, with history since 2025-12-15. The same for the same seed."""
    census = Census(seed)
    passing = arrived("passing", np.full(PASSERS_BY, HISTORY))
    passers_by = census.enter(passing)
    accounts = [entered(census, plan, _groups(plan, seed)) for plan in PLANS]
    library = Library()
    for account in accounts:
        _write(library, account, passers_by, seed)
    people = census.people()
    return World(
        seed=seed,
        notables={notable.number: notable for notable in (*(plan.notable for plan in PLANS), *EXTRAS)},
        audiences={a.plan.notable.number: ListedAudience(a.follows(_dice(seed, a.plan, "returns"))) for a in accounts},
        people=people,
        posts=library.book(),
        truth_source=lambda: _truth(accounts, people),
    )


def _dice(seed: int, plan: Plan, purpose: str) -> np.random.Generator:
    return generator(seed, plan.notable.handle, purpose)


def _groups(plan: Plan, seed: int) -> list[Group]:
    rng = _dice(seed, plan, "waves")
    ordinary = organic(plan, _dice(seed, plan, "ordinary days"))
    if plan is not PIA:
        return [ordinary, *WAVES.get(plan.notable.handle, _no_wave)(rng)]
    return _purged([ordinary, *_old_bots(rng)], rng)


def _no_wave(_: np.random.Generator) -> list[Group]:
    return []


def _night_of_bots(rng: np.random.Generator) -> list[Group]:
    """Frank's night: one batch, made within weeks in 2021, following within five hours."""
    followed = rng.integers(BOTS_FROM, BOTS_UNTIL, BOTS)
    wave = arrived("inauthentic_wave", followed, Batch(at(2021, 3, 3), days=20.0))
    suspended = np.where(
        rng.random(BOTS) < BOTS_SUSPENDED, followed.max() + (rng.random(BOTS) * 60 * DAY).astype(np.int64), NEVER
    )
    return [suspended_at(fading(wave, rng, leaving=0.04, days=60.0), suspended)]


def _viral_crowd(rng: np.random.Generator) -> list[Group]:
    wave = arrived("organic_post", decaying(rng, VIRAL_ARRIVALS, VIRAL_AT + 2 * HOUR, mean_hours=40.0))
    return [with_absences(fading(wave, rng, leaving=0.06, days=60.0), rng)]


def _mentioned_crowd(rng: np.random.Generator) -> list[Group]:
    wave = arrived("organic_mention", decaying(rng, MENTION_ARRIVALS, MENTION_AT, mean_hours=22.0))
    return [with_absences(fading(wave, rng, leaving=0.08, days=60.0), rng)]


def _drip(rng: np.random.Generator) -> list[Group]:
    """Seventy a day for three weeks, from three batches one after the other."""
    followed = np.sort(rng.integers(DRIP_FROM, DRIP_FROM + DRIP_DAYS * DAY, DRIP))
    batches = (Batch(at(2022, 5, 9), 9.0), Batch(at(2020, 10, 2), 12.0), Batch(at(2023, 1, 17), 8.0))
    shares = np.array_split(followed, len(batches))
    waves = [arrived("inauthentic_wave", share, batch) for share, batch in zip(shares, batches, strict=True)]
    return [fading(wave, rng, leaving=0.05, days=60.0) for wave in waves]


def _old_bots(rng: np.random.Generator) -> list[Group]:
    """Batches that followed over the years before, a few weeks each."""
    starts = [at(2022, 2, 1) + int(step) * DAY for step in np.linspace(0, 1_250, 7)]
    batches = [Batch(start - int(rng.integers(200, 700)) * DAY, 25.0) for start in starts]
    return [
        arrived("organic", rng.integers(start, start + 40 * DAY, OLD_BOTS // len(starts)), batch)
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


def _write(library: Library, account: Followed, passers_by: Numbers, seed: int) -> None:
    rng = _dice(seed, account.plan, "posts")
    write_days(library, account.plan, account.pool(rng, passers_by), rng)
    if account.plan is VERA:
        _viral_post(library, account, passers_by, rng)
    if account.plan is MIA:
        library.add(
            _one_post(STELLA.number, MENTION_AT - HOUR // 3, about=MIA.notable.number, size=(880_000, 14_200, 1_850))
        )


def _one_post(author: int, created: int, about: int, size: tuple[float, float, float]) -> PostRows:
    """One original post; `size` is what its impressions, outside likes and outside reposts grow to."""
    one = np.ones(1, dtype=np.int64)
    rows = plain_rows(one * author, one * created, one * int(Kind.ORIGINAL), one * NOBODY, one * about)
    views, likes, reposts = (np.array([value], dtype=np.float64) for value in size)
    return replace(
        rows,
        impressions=views,
        outside_likes=likes,
        outside_reposts=reposts,
        bookmarks=views / 900,
        ripening=np.array([14.0 * HOUR]),
    )


def _viral_post(library: Library, account: Followed, passers_by: Numbers, rng: np.random.Generator) -> None:
    """Vera's post of June 24: passers-by carry it for days, and many who come have reposted or liked it first."""
    row = library.add(_one_post(VERA.notable.number, VIRAL_AT, about=NOBODY, size=(1_350_000, 0, 0)))
    comers = _comers(account, row, rng)
    about = VERA.notable.number
    for count, add in (
        (6_400, library.like),
        (1_450, library.repost),
        (270, lambda drawn: library.answer(drawn, Kind.REPLY, about)),
        (190, lambda drawn: library.answer(drawn, Kind.QUOTE, about)),
    ):
        delays: Floats = rng.gamma(1.5, 10.0, count)
        when = VIRAL_AT + (delays * HOUR).astype(np.int64) + 60_000
        add(Drawn(np.repeat(row, count), rng.permutation(passers_by)[:count], when))
    library.like(comers)
    library.repost(Drawn(*(column[::4] for column in (comers.post, comers.person, comers.at))))


def _comers(account: Followed, row: Numbers, rng: np.random.Generator) -> Drawn:
    """Two in three of those who came by the post, engaging minutes before they follow."""
    group, numbers = account.groups[1], account.numbers[1]
    rows = np.flatnonzero(rng.random(len(group)) < 2 / 3)
    minutes = rng.exponential(12.0, len(rows))
    when = np.maximum(group.followed[rows] - (minutes * 60_000).astype(np.int64), VIRAL_AT + 60_000)
    return Drawn(np.repeat(row, len(rows)), numbers[rows], when)


def _truth(accounts: list[Followed], people: ListedPeople) -> Truth:
    follows = []
    for account in accounts:
        table = account.truth()
        numbers = table.pop("number").to_numpy()
        table.insert(0, "account_id", account.plan.notable.id)
        table.insert(1, "follower_id", ids.user_ids(people.profiles(numbers).created, numbers))
        follows.append(table)
    return truth_of(follows, _events(accounts))


def _events(accounts: list[Followed]) -> list[Event]:
    causes = {FRANK: "inauthentic_wave", STAN: "inauthentic_wave", VERA: "organic_post", MIA: "organic_mention"}
    arrivals = [arrival_event(account, causes[account.plan]) for account in accounts if account.plan in causes]
    return [*arrivals, _purge(next(account for account in accounts if account.plan is PIA))]


def _purge(account: Followed) -> Event:
    day = date(2026, 8, 6)
    hidden = np.concatenate([group.hidden_from[group.hidden_until == NEVER] for group in account.groups])
    lost = int(((hidden >= PURGE_FROM) & (hidden < midnight(day) + DAY)).sum())
    return Event(PIA.notable.id, PIA.notable.handle, "platform_purge", day, day, lost)

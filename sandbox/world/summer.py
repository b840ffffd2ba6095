"""The demo's world: seven accounts from June to August 2026, and what happens to them."""

from dataclasses import replace
from datetime import date

import numpy as np

from sandbox.world import ids
from sandbox.world.account import AccountFollowers, arrival_event, enter_account
from sandbox.world.arrivals import arrival_group
from sandbox.world.audience import MemoryAudience
from sandbox.world.moments import DAY, HOUR, NEVER, midnight
from sandbox.world.people import Census, MemoryPeople
from sandbox.world.plans import EXTRAS, FRANK, HISTORY, MIA, PIA, PLANS, STAN, STELLA, VERA
from sandbox.world.posts import NOBODY, Engagements, Kind, PostRows, plain_rows
from sandbox.world.randomness import Floats, Numbers
from sandbox.world.truth import Event, Truth, truth_of
from sandbox.world.waves import MENTION_AT, PURGE_FROM, VIRAL_AT, groups, plan_generator
from sandbox.world.world import World
from sandbox.world.writing import Library, write_days

PASSERS_BY = 9_000


def summer(seed: int) -> World:
    """The demo's world: 2026-06-01 to 2026-08-31 UTC, with history since 2025-12-15. The same for the same seed."""
    census = Census(seed)
    passing = arrival_group("passing", np.full(PASSERS_BY, HISTORY))
    passers_by = census.enter(passing)
    accounts = [enter_account(census, plan, groups(plan, seed)) for plan in PLANS]
    library = Library()
    for account in accounts:
        _write(library, account, passers_by, seed)
    people = census.people()
    return World(
        seed=seed,
        notables={notable.number: notable for notable in (*(plan.notable for plan in PLANS), *EXTRAS)},
        audiences={
            a.plan.notable.number: MemoryAudience(a.follows(plan_generator(seed, a.plan, "returns"))) for a in accounts
        },
        people=people,
        posts=library.book(),
        truth_source=lambda: _truth(accounts, people),
    )


def _write(library: Library, account: AccountFollowers, passers_by: Numbers, seed: int) -> None:
    rng = plan_generator(seed, account.plan, "posts")
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


def _viral_post(library: Library, account: AccountFollowers, passers_by: Numbers, rng: np.random.Generator) -> None:
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
        add(Engagements(np.repeat(row, count), rng.permutation(passers_by)[:count], when))
    library.like(comers)
    library.repost(Engagements(*(column[::4] for column in (comers.post, comers.person, comers.at))))


def _comers(account: AccountFollowers, row: Numbers, rng: np.random.Generator) -> Engagements:
    """Two in three of those who came by the post, engaging minutes before they follow."""
    group, numbers = account.groups[1], account.numbers[1]
    rows = np.flatnonzero(rng.random(len(group)) < 2 / 3)
    minutes = rng.exponential(12.0, len(rows))
    when = np.maximum(group.followed[rows] - (minutes * 60_000).astype(np.int64), VIRAL_AT + 60_000)
    return Engagements(np.repeat(row, len(rows)), numbers[rows], when)


def _truth(accounts: list[AccountFollowers], people: MemoryPeople) -> Truth:
    follows = []
    for account in accounts:
        table = account.truth()
        numbers = table.pop("number").to_numpy()
        table.insert(0, "account_id", account.plan.notable.id)
        table.insert(1, "follower_id", ids.user_ids(people.profiles(numbers).created, numbers))
        follows.append(table)
    return truth_of(follows, _events(accounts))


def _events(accounts: list[AccountFollowers]) -> list[Event]:
    causes = {FRANK: "unexplained_wave", STAN: "unexplained_wave", VERA: "organic_post", MIA: "organic_mention"}
    arrivals = [arrival_event(account, causes[account.plan]) for account in accounts if account.plan in causes]
    return [*arrivals, _purge(next(account for account in accounts if account.plan is PIA))]


def _purge(account: AccountFollowers) -> Event:
    day = date(2026, 8, 6)
    hidden = np.concatenate([group.hidden_from[group.hidden_until == NEVER] for group in account.groups])
    lost = int(((hidden >= PURGE_FROM) & (hidden < midnight(day) + DAY)).sum())
    return Event(PIA.notable.id, PIA.notable.handle, "platform_purge", day, day, lost)

"""Who writes and who engages: posts of an account, and the likes, reposts, replies and quotes that they draw."""

from dataclasses import dataclass, replace

import numpy as np

from sandbox.world import ids
from sandbox.world.moments import DAY, HOUR
from sandbox.world.plans import Plan
from sandbox.world.posts import NOBODY, Engagements, Kind, PostBook, PostRows, concatenate_rows, plain_rows
from sandbox.world.randomness import Floats, Numbers, Truths

# Engagement that comes from people who do not follow.
OUTSIDE_SHARE = 0.12
MEAN_DELAY = 5.0 * HOUR
IMPRESSIONS_PER_LIKE = 42.0
# How much of an original post's engagement each kind draws; reposts show the counts of what they repost: none here.
APPEAL = np.array([1.0, 0.25, 0.8, 0.0])
KINDS = np.array([0.70, 0.14, 0.08, 0.08])


@dataclass(frozen=True)
class Pool:
    """People who engage with an account, as columns: how likely each is, and while when they follow (milliseconds)."""

    people: Numbers
    weight: Floats
    followed: Numbers
    left: Numbers
    passers_by: Numbers

    def following(self, at: Numbers) -> Floats:
        """The share of the pool that follows at each moment."""
        came = np.searchsorted(np.sort(self.followed), at, side="right")
        went = np.searchsorted(np.sort(self.left), at, side="right")
        return np.asarray((came - went) / max(len(self.people), 1), dtype=np.float64)


class Library:
    """Collects posts and engagement while a world is being built."""

    def __init__(self) -> None:
        """Begin empty."""
        self._rows: list[PostRows] = []
        self._likes: list[Engagements] = []
        self._reposts: list[Engagements] = []
        self._length = 0

    def add(self, rows: PostRows) -> Numbers:
        """Add posts and say which rows they became."""
        self._rows.append(rows)
        self._length += len(rows)
        return np.arange(self._length - len(rows), self._length)

    def like(self, drawn: Engagements) -> None:
        """Add likes."""
        self._likes.append(drawn)

    def repost(self, drawn: Engagements) -> None:
        """Add reposts."""
        self._reposts.append(drawn)

    def answer(self, drawn: Engagements, kind: Kind, about: int) -> None:
        """Add replies to, or quotes of, an account's posts."""
        whom = np.full(len(drawn.post), about if kind is Kind.REPLY else NOBODY)
        self.add(plain_rows(drawn.person, drawn.at, np.full(len(drawn.post), int(kind)), drawn.post, whom))

    def book(self) -> PostBook:
        """All that was collected."""
        return PostBook(concatenate_rows(self._rows), _engagements(self._likes), _engagements(self._reposts))


def _engagements(parts: list[Engagements]) -> Engagements:
    return Engagements(
        np.concatenate([part.post for part in parts]),
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.at for part in parts]),
    )


def write_days(library: Library, plan: Plan, pool: Pool, rng: np.random.Generator) -> None:
    """Add the ordinary posts of an account, what they draw, and plain mentions by others."""
    created = _post_times(plan.daily.posts, plan, rng)
    kind = rng.choice(len(Kind), len(created), p=KINDS)
    appeal = APPEAL[kind] * rng.lognormal(-0.1, 0.45, len(created))
    rows = library.add(_own_rows(library, plan, Own(created, kind, appeal * pool.following(created)), pool, rng))
    for mean, add in (
        (plan.per_post.likes, library.like),
        (plan.per_post.reposts, library.repost),
        (plan.per_post.replies, lambda drawn: library.answer(drawn, Kind.REPLY, plan.notable.number)),
        (plan.per_post.quotes, lambda drawn: library.answer(drawn, Kind.QUOTE, plan.notable.number)),
    ):
        add(drawn_engagement(rng, pool, Posts(rows, created, mean * appeal)))
    mention_days(library, plan, pool, rng)


@dataclass(frozen=True)
class Own:
    """Posts of an account as columns; `seen` is how far each goes, relative to an ordinary one."""

    created: Numbers
    kind: Numbers
    seen: Floats


@dataclass(frozen=True)
class Posts:
    """Posts that draw engagement: their rows, times, and how much is expected."""

    rows: Numbers
    created: Numbers
    expected: Floats


def drawn_engagement(rng: np.random.Generator, pool: Pool, posts: Posts) -> Engagements:
    """Who engages and when: by their activity, once per post, while they follow; some who do not follow."""
    counts = rng.poisson(posts.expected)
    post = np.repeat(posts.rows, counts)
    at = np.repeat(posts.created, counts) + rng.exponential(MEAN_DELAY, len(post)).astype(np.int64) + 1_000
    if len(pool.people) == 0:
        return Engagements(post[:0], post[:0], at[:0])
    chosen = np.searchsorted(np.cumsum(pool.weight) / pool.weight.sum(), rng.random(len(post)))
    chosen = np.minimum(chosen, len(pool.people) - 1)
    is_outside = rng.random(len(post)) < OUTSIDE_SHARE
    follows = (pool.followed[chosen] <= at) & (at < pool.left[chosen])
    person = np.where(is_outside, rng.choice(pool.passers_by, len(post)), pool.people[chosen])
    return once_each(
        Engagements(post, person, at), is_outside & (pool.following(at) > rng.random(len(post))) | ~is_outside & follows
    )


def once_each(drawn: Engagements, valid: Truths) -> Engagements:
    """The valid acts, the first of each person on each post."""
    rows = np.flatnonzero(valid)
    acts = drawn.post[rows] * ids.CAPACITY + drawn.person[rows]
    _, first = np.unique(acts, return_index=True)
    kept = rows[first]
    return Engagements(drawn.post[kept], drawn.person[kept], drawn.at[kept])


def mention_days(library: Library, plan: Plan, pool: Pool, rng: np.random.Generator) -> None:
    """Add plain mentions of an account by people who engage with it."""
    at = _post_times(plan.daily.mentions, plan, rng)
    if len(pool.people) == 0:
        return
    chosen = rng.choice(len(pool.people), len(at), p=pool.weight / pool.weight.sum())
    rows = np.flatnonzero((pool.followed[chosen] <= at) & (at < pool.left[chosen]))
    nothing = np.full(len(rows), NOBODY)
    originals = np.full(len(rows), int(Kind.ORIGINAL))
    library.add(
        plain_rows(pool.people[chosen[rows]], at[rows], originals, nothing, np.full(len(rows), plan.notable.number))
    )


def _post_times(daily: float, plan: Plan, rng: np.random.Generator) -> Numbers:
    """Moments of posts, in the waking hours."""
    since = plan.active_since
    starts = np.arange(since - since % DAY, plan.until, DAY)
    counts = rng.poisson(daily, len(starts))
    hours = np.clip(rng.normal(15.0, 4.0, int(counts.sum())), 5.0, 23.9)
    times = np.sort(np.repeat(starts, counts) + (hours * HOUR).astype(np.int64))
    return times[times > since]


def _own_rows(library: Library, plan: Plan, own: Own, pool: Pool, rng: np.random.Generator) -> PostRows:
    """An account's posts; replies, quotes and reposts get a passer-by's post to refer to."""
    size = len(own.created)
    parent = np.full(size, NOBODY)
    refers = np.flatnonzero(own.kind != Kind.ORIGINAL)
    nothing = np.full(len(refers), NOBODY)
    earlier = own.created[refers] - (rng.uniform(0.2, 9.0, len(refers)) * HOUR).astype(np.int64)
    authors = rng.choice(pool.passers_by, len(refers))
    parent[refers] = library.add(
        plain_rows(authors, earlier, np.full(len(refers), int(Kind.ORIGINAL)), nothing, nothing)
    )
    plain = plain_rows(np.full(size, plan.notable.number), own.created, own.kind, parent, np.full(size, NOBODY))
    views = plan.per_post.likes * IMPRESSIONS_PER_LIKE * own.seen * rng.lognormal(0.0, 0.2, size)
    ripening = np.full(size, 7.0 * HOUR)
    return replace(plain, impressions=views, ripening=ripening, bookmarks=plan.per_post.likes * 0.06 * own.seen)

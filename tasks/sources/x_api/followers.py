"""Reading follower lists: once from end to end, then only what is new at the head."""

import math
from dataclasses import dataclass
from functools import partial

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.endpoints import FOLLOWERS
from tasks.sources.x_api.gaps import Gap
from tasks.sources.x_api.known import (
    MOST_PASSED,
    KnownFollowers,
    overlap,
    run_lengths,
    short_overlap,
    stop_point,
)
from tasks.sources.x_api.lists import ListRead, begun, read_list, reading
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.trail import Ids, Trail
from tasks.sources.x_api.transport import Desk, Request

DEEPER = 5
"""When the count rose by more than the head shows, the head is read to this multiple of the overlap, then believed.

Reactivated accounts raise the count and return to their old place, and the count runs ahead of the list for minutes:
reading until both agree could mean reading the whole list.
"""


SMALL_STEPS = 3
"""Pages of a head that are followed by a small one: requests are free, and losses differ little from their usual."""

GROWTH = 4
"""Later pages that show no end are followed by at least this fraction of all seen: a jump that nobody expected takes
few requests, and at most a quarter too much is read."""


@dataclass(frozen=True)
class Expected:
    """What is known before a list is read.

    `followers_count` is today's count, read just before the list; `new_count` how many new ones to expect without it.
    `most_objects` bounds a baseline: followers read in all, over the days it takes.
    """

    followers_count: int | None = None
    new_count: int = 0
    most_objects: int | None = None


def fetch_new_followers(desk: Desk, account: Account, known: KnownFollowers | None, expected: Expected) -> Reading:
    """How far the follower list of an account was read: `complete` when everybody new was seen.

    Without `known` followers the whole list is read, as far as the budget goes: the baseline.
    """
    request = Request(FOLLOWERS, account.id, account.id, is_owned=account.is_owned)
    if known is None:
        part = read_list(desk, request, partial(_baseline_size, expected=expected))
        return reading(account.id, "followers", [_bounded(part, expected)])
    head_size = partial(_head_size, known=known, expected=expected, is_owned=account.is_owned)
    return reading(account.id, "followers", [read_list(desk, request, head_size)])


def _baseline_size(trail: Trail, expected: Expected) -> int:
    seen = sum(len(entry.ids) for entry in trail.current)
    largest = FOLLOWERS.largest_page
    if expected.followers_count is not None:
        largest = min(largest, max(expected.followers_count - seen, 0) + overlap(is_owned=True))
    return largest if expected.most_objects is None else max(min(largest, expected.most_objects - seen), 0)


def _bounded(part: ListRead, expected: Expected) -> ListRead:
    is_cut = part.reason is None and not part.is_ended and expected.most_objects is not None
    return ListRead(part.pages_count, part.objects_count, "level", part.is_ended) if is_cut else part


def gap_left(desk: Desk, account: Account, known: KnownFollowers | None) -> Gap | None:
    """The gap below what was read of the list today; null where nothing was read, or no token leads on."""
    request = Request(FOLLOWERS, account.id, account.id, is_owned=account.is_owned)
    trail, _ = begun(desk, request)
    if trail.token is None or trail.began_at is None:
        return None
    after = None if known is None else known.last_complete_at
    return Gap(trail.token, len(trail.ids), trail.began_at, is_baseline=known is None, after=after)


def _head_size(trail: Trail, known: KnownFollowers, expected: Expected, is_owned: bool) -> int:
    ids, wanted = trail.ids, overlap(is_owned=is_owned)
    if not len(ids):
        likely = max(expected_new(known, expected), expected.new_count)
        return likely + short_overlap(likely, is_owned=is_owned)
    runs = run_lengths(ids, known)
    stop = stop_point(ids, known, wanted)
    new_count = stop + int((known.ranks_of(ids[stop:]) < 0).sum())
    missing = max(_rise(known, expected) - new_count, 0)
    needed = wanted * DEEPER if missing else wanted
    if not missing and _is_where_it_began(ids[stop:], known):
        needed = short_overlap(new_count, is_owned=is_owned)
    if int(runs.max()) >= needed:
        return 0
    step = 0 if runs[-1] else _step(trail, len(ids))
    return max(missing + needed - int(runs[-1]), step)


def _is_where_it_began(tail: Ids, known: KnownFollowers) -> bool:
    """Whether the reading ends with the newest known ones: one who came back would stand far below them."""
    return len(tail) > 0 and known.newer_count(tail) <= MOST_PASSED


def _step(trail: Trail, seen: int) -> int:
    return seen // GROWTH if len(trail.current) > SMALL_STEPS else math.isqrt(seen) // 2


def expected_new(known: KnownFollowers, expected: Expected) -> int:
    """How many new ones are likely: the rise of the count, and those who replaced others who left; 0 without counts."""
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count + known.usual_losses, 0)


def _rise(known: KnownFollowers, expected: Expected) -> int:
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count, 0)

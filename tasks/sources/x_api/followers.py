"""Reading follower lists: once from end to end, then only what is new at the head."""

from dataclasses import dataclass
from functools import partial

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.endpoints import FOLLOWERS
from tasks.sources.x_api.known import KnownFollowers, overlap, run_lengths, stop_point
from tasks.sources.x_api.lists import ListRead, read_list, reading
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.trail import Trail
from tasks.sources.x_api.transport import Desk, Request

DEEPER = 5
"""When the count rose by more than the head shows, the head is read to this multiple of the overlap, then believed.

Reactivated accounts raise the count and return to their old place, and the count runs ahead of the list for minutes:
reading until both agree could mean reading the whole list.
"""


GROWTH = 4
"""A page that shows no end is followed by at least this fraction of all seen: a jump that nobody expected takes
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
    head_size = partial(_head_size, known=known, expected=expected, wanted=overlap(is_owned=account.is_owned))
    return reading(account.id, "followers", [read_list(desk, request, head_size)])


def _baseline_size(trail: Trail, expected: Expected) -> int:
    seen = sum(len(entry.ids) for entry in trail.current)
    largest = FOLLOWERS.largest_page
    if expected.followers_count is not None:
        largest = min(largest, max(expected.followers_count - seen, 0) + overlap(is_owned=True))
    return largest if expected.most_objects is None else max(min(largest, expected.most_objects - seen), 0)


def _bounded(part: ListRead, expected: Expected) -> ListRead:
    is_cut = part.reason is None and not part.is_ended and expected.most_objects is not None
    return ListRead(part.pages_count, part.objects_count, "budget", part.is_ended) if is_cut else part


def _head_size(trail: Trail, known: KnownFollowers, expected: Expected, wanted: int) -> int:
    ids = trail.ids
    rise = _rise(known, expected)
    if not len(ids):
        return max(_likely_new(known, expected), expected.new_count) + wanted
    runs = run_lengths(ids, known)
    stop = stop_point(ids, known, wanted)
    new_count = stop + int((known.ranks_of(ids[stop:]) < 0).sum())
    missing = max(rise - new_count, 0)
    needed = wanted if not missing else wanted * DEEPER
    longest = int(runs.max())
    if longest >= needed:
        return 0
    return max(missing + needed - int(runs[-1]), len(ids) // GROWTH)


def _likely_new(known: KnownFollowers, expected: Expected) -> int:
    """New ones are the rise of the count and those who replaced others who left."""
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count + known.usual_losses, 0)


def _rise(known: KnownFollowers, expected: Expected) -> int:
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count, 0)

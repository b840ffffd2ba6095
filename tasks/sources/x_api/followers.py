"""Reading follower lists: once from end to end, then only what is new at the head, and later the rest of a jump."""

import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tasks.sources.reading import Reading
from tasks.sources.x_api.endpoints import FOLLOWERS_LIST, FOLLOWERS_REST
from tasks.sources.x_api.history import MOST_PASSED, PriorFollowers, overlap, run_lengths, short_overlap, stop_point
from tasks.sources.x_api.lists import ListProgress, ListRead, list_progress, read_list, reading_of_lists
from tasks.sources.x_api.pages import Ids
from tasks.sources.x_api.readings import Gap
from tasks.sources.x_api.transport import Request, XAccount, XSession

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
class ListExpectation:
    """What is known before a list is read.

    `followers_count` is today's count, read just before the list; `new_count` how many new ones to expect without it.
    `most_objects` bounds a baseline: followers read in all, over the days it takes.
    """

    followers_count: int | None = None
    new_count: int = 0
    most_objects: int | None = None


def fetch_new_followers(
    session: XSession, account: XAccount, known: PriorFollowers | None, expected: ListExpectation
) -> Reading:
    """How far the follower list of an account was read: `complete` when everybody new was seen.

    Without `known` followers the whole list is read, as far as the budget goes: the baseline.
    """
    request = Request(FOLLOWERS_LIST, account.id, account.id, is_owned=account.is_owned)
    next_size = partial(_baseline_size, expected=expected)
    if known is not None:
        next_size = partial(_head_size, known=known, expected=expected, is_owned=account.is_owned)
    part = read_list(session, request, next_size, expected.followers_count)
    return reading_of_lists(account.id, "followers", [part if known is not None else _bounded(part, expected)])


def fetch_newest_followers(session: XSession, account: XAccount, wanted_count: int) -> Reading:
    """How the reading of so many of the newest followers went, whoever of them is known; the rest is left on purpose.

    What the day has read of the list already is part of them.
    A list that ends before is a sample all the same: its followers are placed by counts, not by numbers.
    """
    request = Request(FOLLOWERS_LIST, account.id, account.id, is_owned=account.is_owned)
    expected = ListExpectation(most_objects=wanted_count)
    part = read_list(session, request, partial(_baseline_size, expected=expected))
    return reading_of_lists(account.id, "followers", [replace(part, reason=part.reason or "level")])


def _baseline_size(trail: ListProgress, expected: ListExpectation) -> int:
    seen = sum(len(entry.ids) for entry in trail.current)
    largest = FOLLOWERS_LIST.largest_page
    if expected.followers_count is not None:
        largest = min(largest, max(expected.followers_count - seen, 0) + overlap(is_owned=True))
    return largest if expected.most_objects is None else max(min(largest, expected.most_objects - seen), 0)


def _bounded(part: ListRead, expected: ListExpectation) -> ListRead:
    is_cut = part.reason is None and not part.is_ended and expected.most_objects is not None
    return ListRead(part.pages_count, part.objects_count, "level", part.is_ended) if is_cut else part


def new_gap(session: XSession, account: XAccount, known: PriorFollowers | None) -> Gap | None:
    """The gap below what was read of the list today; null where nothing was read, or no token leads on."""
    request = Request(FOLLOWERS_LIST, account.id, account.id, is_owned=account.is_owned)
    trail, _ = list_progress(session, request)
    if trail.token is None or trail.began_at is None:
        return None
    after = None if known is None else known.last_complete_at
    return Gap(trail.token, len(trail.ids), trail.began_at, is_baseline=known is None, after=after)


def _head_size(trail: ListProgress, known: PriorFollowers, expected: ListExpectation, is_owned: bool) -> int:
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


def _is_where_it_began(tail: Ids, known: PriorFollowers) -> bool:
    """Whether the reading ends with the newest known ones: one who came back would stand far below them."""
    return len(tail) > 0 and known.newer_count(tail) <= MOST_PASSED


def _step(trail: ListProgress, seen: int) -> int:
    return seen // GROWTH if len(trail.current) > SMALL_STEPS else math.isqrt(seen) // 2


def expected_new(known: PriorFollowers, expected: ListExpectation) -> int:
    """How many new ones are likely: the rise of the count, and those who replaced others who left; 0 without counts."""
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count + known.usual_losses, 0)


def _rise(known: PriorFollowers, expected: ListExpectation) -> int:
    if known.followers_count is None or expected.followers_count is None:
        return 0
    return max(expected.followers_count - known.followers_count, 0)


REST_REASON = "budget"
"""Why the rest is read late; its reading stays partial, because those in it arrived on an earlier day."""


@dataclass(frozen=True)
class RestWanted:
    """How much of the rest of a list is worth reading: `most` followers of a jump, and so of all with `is_sample`."""

    most: int
    is_sample: bool

    def size(self, gap: Gap, read_count: int) -> int:
        """How many more to ask for, once so many of the rest were read."""
        if gap.is_baseline and not self.is_sample:
            return FOLLOWERS_REST.largest_page
        return max(min(self.most - gap.seen_count - read_count, FOLLOWERS_REST.largest_page), 0)


def fetch_rest(session: XSession, account: XAccount, gap: Gap, known: PriorFollowers, wanted: RestWanted) -> Reading:
    """How far the rest of a list was read: to the followers known before, or until enough of it were seen."""
    request = _rest_request(account, gap)

    def next_size(trail: ListProgress) -> int:
        return 0 if _reaches_known(trail, gap, known) else wanted.size(gap, len(trail.ids))

    part = read_list(session, request, next_size)
    return Reading(account.id, "followers", "partial", part.reason or REST_REASON, part.pages_count, part.objects_count)


def remaining_gap(
    session: XSession, account: XAccount, gap: Gap, known: PriorFollowers, wanted: RestWanted
) -> Gap | None:
    """What is left of the gap after the day's pages; null when it is closed, sampled enough, or X forgot the token."""
    trail, _ = list_progress(session, _rest_request(account, gap))
    if trail.is_lost or trail.is_ended or trail.is_round:
        return None
    token = trail.token or gap.token
    left = replace(gap, token=token, seen_count=gap.seen_count + len(trail.ids))
    return None if _reaches_known(trail, gap, known) or not wanted.size(left, 0) else left


def _rest_request(account: XAccount, gap: Gap) -> Request:
    return Request(FOLLOWERS_REST, account.id, account.id, is_owned=account.is_owned, first_token=gap.token)


def _reaches_known(trail: ListProgress, gap: Gap, known: PriorFollowers) -> bool:
    """Whether those known before the jump have begun, below its unknown ones; below a baseline nobody is known.

    A list that grew may begin with some who were seen above the gap already: those tell nothing.
    """
    unknown = np.flatnonzero(known.ranks_of(trail.ids) < 0)
    if gap.is_baseline or not len(unknown):
        return False
    return int(run_lengths(trail.ids[unknown[0] :], known).max()) >= overlap(is_owned=False)

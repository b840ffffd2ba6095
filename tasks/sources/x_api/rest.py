"""Going on in a gap: reading the rest of a list that an earlier day left, and who of it arrived."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.arrivals import Arrived, Listed, Places, arrival_rows, listed_in, microsecond
from tasks.sources.x_api.endpoints import FOLLOWERS_REST
from tasks.sources.x_api.gaps import Gap
from tasks.sources.x_api.known import KnownFollowers, overlap, run_lengths
from tasks.sources.x_api.lists import begun, read_list
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.trail import Trail
from tasks.sources.x_api.transport import Desk, Request

REST_REASON = "budget"
"""Why the rest is read late; its reading stays partial, because those in it arrived on an earlier day."""


def fetch_rest(desk: Desk, account: Account, gap: Gap, known: KnownFollowers, most: int) -> Reading:
    """How far the rest of a list was read: to the followers known before, or of a jump until `most` were seen."""
    request = _request(account, gap)

    def next_size(trail: Trail) -> int:
        return _next_size(trail, gap, known, most)

    part = read_list(desk, request, next_size)
    return Reading(account.id, "followers", "partial", part.reason or REST_REASON, part.pages_count, part.objects_count)


def gap_after(desk: Desk, account: Account, gap: Gap, known: KnownFollowers, most: int) -> Gap | None:
    """What is left of the gap after the day's pages; null when it is closed, sampled enough, or X forgot the token."""
    trail, _ = begun(desk, _request(account, gap))
    if trail.is_lost or trail.is_ended:
        return None
    token = trail.token or gap.token
    left = replace(gap, token=token, seen_count=gap.seen_count + len(trail.ids))
    return None if _reaches_known(trail, gap, known) or not left.is_worth_reading(most) else left


def rest_arrivals(profiles: pd.DataFrame, gaps: Mapping[str, Gap], known: Mapping[str, KnownFollowers]) -> pd.DataFrame:
    """Rows of `follower_arrivals` for the rest of lists, as `parse_profiles` gives it: without numbers.

    All of them had followed when the gap began, and of a jump after the complete reading before it.
    """
    listed = listed_in(profiles)
    accounts = {str(account): np.asarray(at) for account, at in profiles.groupby("account_id").indices.items()}
    arrived = [
        _arrived(listed.at(places), places, gaps[account], known[account])
        for account, places in accounts.items()
        if account in gaps
    ]
    return arrival_rows(profiles, arrived)


def _request(account: Account, gap: Gap) -> Request:
    return Request(FOLLOWERS_REST, account.id, account.id, is_owned=account.is_owned, first_token=gap.token)


def _next_size(trail: Trail, gap: Gap, known: KnownFollowers, most: int) -> int:
    if _reaches_known(trail, gap, known):
        return 0
    largest = FOLLOWERS_REST.largest_page
    return largest if gap.is_baseline else max(min(most - gap.seen_count - len(trail.ids), largest), 0)


def _reaches_known(trail: Trail, gap: Gap, known: KnownFollowers) -> bool:
    """Whether those known before the jump have begun, below its unknown ones; below a baseline nobody is known.

    A list that grew may begin with some who were seen above the gap already: those tell nothing.
    """
    unknown = np.flatnonzero(known.ranks_of(trail.ids) < 0)
    if gap.is_baseline or not len(unknown):
        return False
    return int(run_lengths(trail.ids[unknown[0] :], known).max()) >= overlap(is_owned=False)


def _arrived(listed: Listed, places: Places, gap: Gap, known: KnownFollowers) -> Arrived:
    chosen = known.ranks_of(listed.ids) < 0
    size = int(chosen.sum())
    created = np.maximum.accumulate(listed.created_at[::-1])[::-1]
    after = created if gap.is_baseline else np.maximum(created, microsecond(gap.after))
    before = np.minimum(np.minimum.accumulate(listed.observed_at), microsecond(gap.began_at))
    return Arrived(
        places=places[chosen],
        is_baseline=np.full(size, gap.is_baseline),
        is_return=np.zeros(size, dtype=bool),
        followed_after=after[chosen],
        followed_before=before[chosen],
        number=np.zeros(size, dtype=np.int64),
        has_number=np.zeros(size, dtype=bool),
    )

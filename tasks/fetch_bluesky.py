"""Reads accounts on Bluesky, which costs nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.sources.accounts import Account
from tasks.sources.bluesky.day import BlueskyDay


@task(cache_policy=NO_CACHE)
def fetch_bluesky(
    bluesky_day: BlueskyDay, accounts: Sequence[Account], base_url: str, clock: Callable[[], datetime]
) -> None:
    """Read these accounts as of now; those that were read completely on this day are not asked for again.

    Once a week the list is read to its end, which tells who has left.
    """
    # atproto takes a second to load, which who reads X alone need not pay.
    from tasks.sources.bluesky.account import fetch_accounts  # noqa: PLC0415 - see above

    fetch_accounts(bluesky_day, accounts, base_url, clock)

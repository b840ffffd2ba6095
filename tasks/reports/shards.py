"""Shards: pieces of the measuring that know nothing of each other, so that threads or machines can share them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True)
class Share:
    """Some of the accounts: by id, with the provisional ids under which some of their rows stand."""

    accounts: tuple[str, ...]
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Shard:
    """Some accounts on some days, both included; of no share when all accounts are measured at once."""

    days: tuple[date, date]
    share: Share | None = None


def shards(everybody: Share, days: tuple[date, date], account_days: int) -> list[Shard]:
    """The accounts in shares of at most so many account-days, in the order of their ids; one account at least.

    A share keeps all of the days: every window reaches five months back, and a month alone would lay them out anew.
    """
    each = max(1, account_days // ((days[1] - days[0]).days + 1))
    if len(everybody.accounts) <= each:
        return [Shard(days)]
    return [Shard(days, share) for share in _shares(everybody, each)]


def _shares(everybody: Share, each: int) -> Iterator[Share]:
    number = -(-len(everybody.accounts) // each)
    # Shares of one size end together; the last one of full shares would be waited for alone.
    ends = [place * len(everybody.accounts) // number for place in range(number + 1)]
    for start, stop in pairwise(ends):
        accounts = everybody.accounts[start:stop]
        inside = set(accounts)
        yield Share(accounts, {stand: account for stand, account in everybody.ids.items() if account in inside})

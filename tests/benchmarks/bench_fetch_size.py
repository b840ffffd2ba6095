"""How long a day of a thousand accounts takes, and what a list of a million takes in memory.

`python -m tests.benchmarks.bench_fetch_size [accounts] [followers]`; the sandbox shares the machine with the reader.
"""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import large_account, many_accounts
from tasks.sources.x_api.history import PriorFollowers
from tasks.sources.x_api.pages import Ids
from tasks.sources.x_api.scan import fetch_scan, list_order, missing_followers, scan_ids
from tasks.sources.x_api.transport import XAccount
from tests.benchmarks.bench_fetch import FIRST, known_rows
from tests.benchmarks.figures import Figure, record
from tests.x_api.living import NUMBERS, Watch, tracked

ACCOUNTS, FOLLOWERS = 1_000, 1_000_000
MOST_SECONDS, MOST_MEGABYTES = 60, 500
MODULE = "tests.benchmarks.bench_fetch_size"
SEED = 3


def crowd(accounts: int) -> str:
    """Read and stage one steady day of so many accounts, each with 20 new followers and 3 posts."""
    world = many_accounts(SEED, accounts, 1_000, arrivals_per_day=20, days=10)
    settings = Settings(moment=FIRST, has_rate_limits=False)
    with TemporaryDirectory() as folder, serve(world, settings) as sandbox:
        handles = [account.handle for account in world.accounts]
        watch = Watch(sandbox, Path(folder), [tracked(name, "posts") for name in handles])
        watch.numbers = replace(NUMBERS, first_days=3)
        watch.live()
        watch.accounts = [tracked(name) for name in handles]
        watch.tables["follower_arrivals"] = [known_rows(world)]
        readings = watch.tables["readings"][0]
        heads = readings[readings["subject"] == "counts"].assign(subject="followers", status="complete")
        watch.tables["readings"].append(heads)
        started = time.perf_counter()
        tables = watch.live()
        seconds = time.perf_counter() - started
    record(Figure("fetch_size", f"{accounts} accounts read and staged", seconds, "s", at_most=MOST_SECONDS))
    new, posts = len(tables["follower_arrivals"]), len(tables["posts"])
    told = f"{new} new followers and {posts} posts of {accounts} accounts"
    return f"{told} read and staged in {seconds:.1f} s (bar {MOST_SECONDS})"


def scan(root: str) -> None:
    """Scan the list at the root, in a process of its own, whose peak memory is the figure."""
    account = XAccount(str(large_account(SEED, 1_000).accounts[0].id))
    with TemporaryDirectory() as folder:
        watch = Watch(_Remote(root), Path(folder), [])  # type: ignore[arg-type]  # only its address and clock are used
        session = watch.session()
        started = time.perf_counter()
        scanned = fetch_scan(session, account, timedelta(days=7))
        assert scanned is not None
        assert scanned.reason is None, scanned.reason
        listed = scan_ids(session.root, account.id, scanned.scan)
        seconds = time.perf_counter() - started
        known = _known(listed)
        lost, order = missing_followers(listed[1:], known, listed[:0], listed[:0]), list_order(listed, known)
    assert (1, 0) == (len(lost), order.contradicting_count)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
    print(f"{len(listed):,} followers scanned in {seconds:.0f} s with {peak} MB at most (bar {MOST_MEGABYTES})")  # noqa: T201 - a benchmark prints
    told = f"peak memory of a scan of {len(listed):,}"
    record(Figure("fetch_size", told, peak, "MB", at_most=MOST_MEGABYTES))
    if peak > MOST_MEGABYTES:
        sys.exit(1)


def _known(listed: Ids) -> PriorFollowers:
    order = np.argsort(listed)
    ranks = (len(listed) - np.arange(len(listed)))[order]
    return PriorFollowers(listed[order], ranks, len(listed), None, None, None)


class _Remote:
    """A sandbox in another process, as far as a watch needs it."""

    def __init__(self, root: str) -> None:
        self.base_url = root
        self.settings = Settings()
        self.service = self
        self.clock = self

    def now(self) -> object:
        """The time at which it stands."""
        return FIRST


def main(arguments: list[str]) -> None:
    """Print both figures."""
    if arguments[:1] == ["scan"]:
        scan(arguments[1])
        return
    accounts, followers = (int(given) for given in arguments) if arguments else (ACCOUNTS, FOLLOWERS)
    print(crowd(accounts))  # noqa: T201 - a benchmark prints
    settings = Settings(moment=FIRST, has_rate_limits=False)
    with serve(large_account(SEED, followers), settings) as sandbox:
        subprocess.run([sys.executable, "-m", MODULE, "scan", sandbox.base_url], check=True)  # noqa: S603 - our own code


if __name__ == "__main__":
    main(sys.argv[1:])

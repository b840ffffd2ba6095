"""How long the measures take, and how much memory: `python -m tests.benchmarks.bench_measures [accounts ...]`.

Generated input: every account has 365 days and two posts a day, each read once at maturity,
and three engagements by name per post.
Each size runs in a process of its own, so that its peak memory is its own.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from config.pipeline import load_parameters
from config.settings import HERE
from tasks.divergence.cross_section import cross_section
from tasks.divergence.pace import pace
from tasks.metrics.changes import engagement_changes
from tasks.metrics.community import community_metrics
from tasks.metrics.daily_engagement import daily_engagement
from tasks.metrics.levels import engagement_levels
from tasks.metrics.posts import post_engagement
from tasks.metrics.vanity import vanity_scores
from tests.benchmarks.figures import Figure, record

MODULE = "tests.benchmarks.bench_measures"
DAYS, POSTS_A_DAY, ENGAGEMENTS_A_POST = 365, 2, 3
SMALL, LARGE = 100, 1_000
MOST_SECONDS, MOST_GIGABYTES = 120, 3
"""What a thousand accounts may take."""
NUMBERS = load_parameters(HERE).measures
TEXT = pd.StringDtype(na_value=np.nan)
DAY_TOTALS = ("likes", "replies", "reposts", "bookmarks", "impressions")


def account_days(accounts: int, random: np.random.Generator) -> pd.DataFrame:
    """A calendar of 365 days for each account, followers growing by chance."""
    rows = accounts * DAYS
    days = np.datetime64("2025-01-01", "s") + np.tile(np.arange(DAYS), accounts).astype("timedelta64[D]")
    steps = random.normal(0.0005, 0.0006, (accounts, DAYS)).cumsum(axis=1)
    followers = np.exp(random.normal(9, 1.5, (accounts, 1)) + steps).round().ravel()
    names = pd.Series(np.repeat([f"{10_000 + number}" for number in range(accounts)], DAYS), dtype=TEXT)
    counted = {"followers_count": followers, "following_count": followers // 3, "listed_count": followers // 90}
    frame = pd.DataFrame({"account_id": names, "report_date": days})
    for name, values in counted.items():
        frame[name] = pd.Series(values).astype("Int64")
    for name in DAY_TOTALS:
        frame[f"day_{name}_count"] = pd.Series([pd.NA] * rows, dtype="Int64")
    return frame


def posts(days: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Two posts a day, each read once, 50 hours after it was published."""
    rows = len(days) * POSTS_A_DAY
    day = np.repeat(days["report_date"].to_numpy().astype("datetime64[us]"), POSTS_A_DAY)
    created = day + random.integers(0, 86_400, rows) * np.timedelta64(1_000_000, "us")
    observed = created + np.timedelta64(50, "h")
    followers = np.repeat(days["followers_count"].to_numpy(dtype=float), POSTS_A_DAY)
    received = random.poisson(0.5 * followers**0.68 * np.exp(random.normal(0, 1, rows)))
    frame = pd.DataFrame(
        {
            "account_id": np.repeat(days["account_id"].to_numpy(), POSTS_A_DAY),
            "post_id": pd.Series(np.arange(rows) + 10**18).astype("Int64"),
            "snapshot_date": observed.astype("datetime64[D]").astype("datetime64[s]"),
            "source": pd.Series(["x_api"] * rows, dtype=TEXT),
            "observed_at": pd.Series(observed).dt.tz_localize("UTC"),
            "created_at": pd.Series(created).dt.tz_localize("UTC"),
        }
    )
    for name in ("is_repost", "is_quote", "is_reply_to_other"):
        frame[name] = pd.Series(np.zeros(rows, dtype=bool)).astype("boolean")
    shares = {"like": 0.8, "repost": 0.1, "reply": 0.08, "quote": 0.02, "bookmark": 0.1, "impression": 40.0}
    for name, share in shares.items():
        frame[f"{name}_count"] = pd.Series(np.floor(received * share)).astype("Int64")
    return frame


def engagements(read: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Three engagements by name per post, out of some two hundred people per account."""
    rows = len(read) * ENGAGEMENTS_A_POST
    by_post = read.loc[read.index.repeat(ENGAGEMENTS_A_POST), ["account_id", "post_id", "snapshot_date", "created_at"]]
    frame = by_post.reset_index(drop=True).rename(columns={"created_at": "engaged_at"})
    people = np.floor(200 * random.random(rows) ** 2).astype(np.int64)
    owner = frame["account_id"].astype("int64") * 1000
    frame["actor_id"] = (owner + people).astype("Int64")
    frame["kind"] = pd.Series(random.choice(["reply", "quote", "repost"], rows), dtype=TEXT)
    frame["engaged_at"] = frame["engaged_at"].mask(frame["kind"] == "repost")
    frame["actor_followers_count"] = pd.Series(random.integers(0, 5000, rows)).astype("Int64")
    frame["is_follower"] = pd.Series(people % 3 > 0).astype("boolean")
    return frame


def measured(days: pd.DataFrame, read: pd.DataFrame, known: pd.DataFrame) -> dict[str, float]:
    """Seconds that each measure takes over the whole year."""
    key = ["account_id", "report_date"]
    seconds: dict[str, float] = {}

    def timed(name: str, measure: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        start = time.perf_counter()
        frame = measure()
        seconds[name] = time.perf_counter() - start
        return frame

    mature = timed("post_engagement", lambda: post_engagement(read, days, NUMBERS.engagement))
    levels = timed("engagement_levels", lambda: engagement_levels(mature, read, days, NUMBERS.engagement))
    timed("engagement_received", lambda: daily_engagement(read, days, NUMBERS.engagement))
    community = timed("community_metrics", lambda: community_metrics(known, mature, days, NUMBERS.community))
    changes = timed("engagement_changes", lambda: engagement_changes(mature, days, NUMBERS.engagement))
    moved = timed("pace", lambda: pace(changes, days, NUMBERS.pace))
    both = changes[[*key, "followers_geometric_mean"]].merge(levels[[*key, "engagement_geometric_mean"]], on=key)
    timed("cross_section", lambda: cross_section(both, NUMBERS.pace))
    wide = days.merge(levels, on=key).merge(community, on=key).merge(moved, on=key)
    timed("vanity_scores", lambda: vanity_scores(wide, NUMBERS.vanity))
    return seconds


def peak_gigabytes() -> float:
    """The peak memory of this program; what `getrusage` tells includes the process that started it."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 2**20


def report(accounts: int) -> None:
    """Print one row per measure and the peak memory of this process."""
    random = np.random.default_rng(1)
    days = account_days(accounts, random)
    read = posts(days, random)
    known = engagements(read, random)
    before = peak_gigabytes()
    seconds = measured(days, read, known)
    peak = peak_gigabytes()
    lines = [f"{accounts} accounts, {len(days):,} days, {len(read):,} posts, {len(known):,} engagements"]
    lines += [f"  {name:<20} {value:8.2f} s" for name, value in seconds.items()]
    total = sum(seconds.values())
    _record(accounts, total, peak)
    lines += [f"  {'all':<20} {total:8.2f} s  = {1000 * total / accounts:.1f} ms an account"]
    lines += [f"  {'peak memory':<20} {peak:8.2f} GB ({before:.2f} GB after generating the input)"]
    sys.stdout.write("\n".join(lines) + "\n")


def _record(accounts: int, total: float, peak: float) -> None:
    is_promised = accounts == LARGE
    named = f"{accounts} accounts x {DAYS} days x {POSTS_A_DAY} posts"
    record(Figure("measures", named, total, "s", at_most=MOST_SECONDS if is_promised else None))
    record(Figure("measures", f"{named}: peak", peak, "GB", at_most=MOST_GIGABYTES if is_promised else None))


def main(arguments: list[str]) -> None:
    """Report each size in a process of its own."""
    sizes = [int(argument) for argument in arguments] or [SMALL, LARGE]
    if len(sizes) == 1:
        report(sizes[0])
    else:
        for size in sizes:
            subprocess.run([sys.executable, "-m", MODULE, str(size)], check=True)  # noqa: S603 - this very file


if __name__ == "__main__":
    main(sys.argv[1:])

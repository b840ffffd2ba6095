"""What reading X takes, in objects, requests and dollars: `python -m tests.benchmarks.bench_fetch [followers ...]`.

Each account is lived for 90 days against the sandbox over HTTP, as the pipeline lives them;
its followers of the first day are taken from the world, so that the figures are those of a steady day.
The bound of a day is N + 1 + T objects: who is new, the profile, and each post once (facts of X, section 12).
Naive reading buys the whole list, the profile and the posts of 30 days every day.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, large_account
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tests.benchmarks.figures import Figure, record
from tests.x_api.living import PRICES, Watch, tracked, usd

DAYS = 90
SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST_OWNED, MOST_OTHER = 1.5, 1.3
LEAST_NAIVE = 100
SAVING_FROM = 10_000
FIRST = datetime(2026, 6, 1, 2, 15, tzinfo=UTC)
POSTS_A_WINDOW = 90
SEED = 3


@dataclass(frozen=True)
class Taken:
    """What so many days of an account took, beside the bound and beside naive reading."""

    followers: int
    is_owned: bool
    objects: int
    requests: int
    dollars: float
    bound_objects: int
    bound_dollars: float
    naive_dollars: float
    new_followers: int
    new_posts: int
    missed: int

    @property
    def ratio(self) -> float:
        """Objects over the bound."""
        return self.objects / self.bound_objects

    @property
    def savings(self) -> float:
        """Dollars of naive reading over those that were spent."""
        return self.naive_dollars / self.dollars


def lived(followers: int, *, is_owned: bool, days: int = DAYS) -> Taken:
    """An account of that size, lived for so many days after its baseline."""
    world = large_account(SEED, followers)
    (account,) = world.accounts
    settings = Settings(moment=FIRST, app_owner_id=account.id if is_owned else None)
    with TemporaryDirectory() as folder, serve(world, settings) as sandbox:
        watch = Watch(sandbox, Path(folder), [tracked(account.handle, owned=is_owned)])
        _begin(watch, world)
        spent = [watch.live()["api_spend"] for _ in range(days)]
        billed = sum(float(str(row["usd"])) for row in sandbox.bill() if str(row["day"]) > f"{FIRST.date()}")
    taken = pd.concat(spent)
    assert abs(billed - float(usd(taken))) < 0.001, "the ledger is not the bill"
    arrivals, posts = watch.rows("follower_arrivals"), watch.rows("posts")
    standing = np.array(world.followers(account.id, FIRST + timedelta(days=days)))
    missed = len(np.setdiff1d(standing, arrivals["follower_id"].to_numpy(dtype=np.int64)))
    new = int((~arrivals["is_baseline"]).sum())
    posted = int(posts.loc[posts["snapshot_date"] > pd.Timestamp(FIRST.date()), "post_id"].nunique())
    price = {name: float(PRICES.owned if is_owned else PRICES.per_object[name]) for name in ("followers", "timeline")}
    profile = float(PRICES.per_object["users"])
    bound = new * price["followers"] + days * profile + posted * price["timeline"]
    naive = followers * price["followers"] + profile + POSTS_A_WINDOW * price["timeline"]
    return Taken(
        followers=followers,
        is_owned=is_owned,
        objects=int(taken["objects_count"].sum()),
        requests=len(taken),
        dollars=float(usd(taken)),
        bound_objects=new + days + posted,
        bound_dollars=bound,
        naive_dollars=naive * days,
        new_followers=new,
        new_posts=posted,
        missed=missed,
    )


def _begin(watch: Watch, world: World) -> None:
    """The first day: posts and counts as read, the whole list as the world knows it."""
    (account,) = world.accounts
    listed = watch.accounts
    watch.accounts = [tracked(account.handle, "posts", owned=listed[0].owned)]
    watch.live()
    watch.accounts = listed
    watch.tables["follower_arrivals"] = [known_rows(world)]
    readings = watch.tables["readings"][0]
    watch.tables["readings"].append(readings.iloc[:1].assign(subject="followers", status="complete"))


def known_rows(world: World) -> pd.DataFrame:
    """Staged arrivals of everybody who follows an account of the world on the first day."""
    lists = {str(account.id): world.followers(account.id, FIRST)[::-1] for account in world.accounts}
    sizes = [len(ids) for ids in lists.values()]
    rows = pd.DataFrame(
        {
            "account_id": pd.Series(np.repeat(list(lists), sizes), dtype="str"),
            "follower_id": pd.Series(np.concatenate(list(lists.values())), dtype="Int64"),
            "arrival_number": pd.Series(np.concatenate([np.arange(size) for size in sizes]), dtype="Int64"),
        }
    )
    rows["first_seen_date"] = pd.Timestamp(FIRST.date())
    rows["observed_at"] = pd.Timestamp(FIRST)
    rows["source"] = "x_api"
    rows["is_baseline"] = True
    rows["is_return"] = False
    return frame(arrow(FOLLOWER_ARRIVALS, rows.reindex(columns=FOLLOWER_ARRIVALS.schema.names)))


def table(rows: list[Taken]) -> str:
    """The figures as text."""
    lines = [
        (
            f"{'':7}{'followers':>10}{'new':>8}{'posts':>7}{'objects':>9}{'bound':>8}{'ratio':>7}"
            f"{'requests':>10}{'USD':>10}{'bound':>10}{'naive':>13}{'cheaper':>9}    each a day"
        )
    ]
    for row in rows:
        day = [row.new_followers, row.new_posts, row.objects, row.bound_objects]
        new, posts, objects, bound = (count / DAYS for count in day)
        lines.append(
            f"{'owned' if row.is_owned else 'other':7}{row.followers:>10,}{new:>8.1f}{posts:>7.1f}{objects:>9.1f}"
            f"{bound:>8.1f}{row.ratio:>7.2f}{row.requests / DAYS:>10.1f}{row.dollars / DAYS:>10.4f}"
            f"{row.bound_dollars / DAYS:>10.4f}{row.naive_dollars / DAYS:>13.2f}{row.savings:>8.0f}x"
        )
    return "\n".join(lines)


def problems(rows: list[Taken]) -> list[str]:
    """The bars that are not met."""
    said = []
    for row in rows:
        most = MOST_OWNED if row.is_owned else MOST_OTHER
        if row.ratio > most:
            said.append(f"{row.followers} followers: {row.ratio:.2f} times the bound, more than {most}")
        if row.missed:
            said.append(f"{row.followers} followers: {row.missed} who follow were never seen")
        if row.followers >= SAVING_FROM and row.savings < LEAST_NAIVE:
            said.append(f"{row.followers} followers: only {row.savings:.0f} times cheaper than naive reading")
    return said


def _record(row: Taken) -> None:
    whose = "owned" if row.is_owned else "other"
    most = MOST_OWNED if row.is_owned else MOST_OTHER
    objects, bound = row.objects / DAYS, row.bound_objects / DAYS
    named = f"{whose} account of {row.followers:,} followers"
    record(Figure("fetch", f"{named}: objects a day", objects, "objects", "N + 1 + T", bound, most * bound))
    record(Figure("fetch", f"{named}: requests a day", row.requests / DAYS, "requests"))
    least = None if row.followers < SAVING_FROM else LEAST_NAIVE * row.dollars / DAYS
    dollars = row.dollars / DAYS
    record(
        Figure("fetch", f"{named}: naive re-reading", row.naive_dollars / DAYS, "USD", "ours", dollars, at_least=least)
    )


def main(arguments: list[str]) -> None:
    """Print the table; exit code 1 when a bar is not met."""
    sizes = [int(argument) for argument in arguments] or list(SIZES)
    rows = [lived(size, is_owned=is_owned) for size in sizes for is_owned in (True, False)]
    print(f"Reading X for {DAYS} days, against the lower bound N + 1 + T and naive re-reading:\n{table(rows)}")  # noqa: T201 - a benchmark prints
    for row in rows:
        _record(row)
    if said := problems(rows):
        sys.exit("\n".join(said))


if __name__ == "__main__":
    main(sys.argv[1:])

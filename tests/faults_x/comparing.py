"""Whether a rough day brought what the calm one did: exactly, or as far as X itself told something else."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from tests.faults_x.rough import Lived, Tables
from tests.faults_x.schedules import LOSSY, REORDERING, Schedule

COMPARED = ("account_snapshots", "follower_arrivals", "posts", "engagements")
CUT_USD = Decimal("0.30")
"""Where a small budget cut a head, its pages are others, and may show some known ones more."""
KEYS = {
    "account_snapshots": ["account_id"],
    "follower_arrivals": ["account_id", "follower_id"],
    "posts": ["account_id", "post_id"],
    "engagements": ["account_id", "post_id", "actor_id", "kind"],
}
MOMENTS = ["observed_at", "followed_before"]
PLACES = ["arrival_number", "followed_after", "is_return"]
"""What follows from the place in the list."""
WORDED = [
    "is_repost", "is_quote", "is_reply_to_other", "follower_last_post_at", "actor_followers_count", "engaged_at",
]  # fmt: skip
"""What the post dialect leaves unsaid."""


def problems(calm: Lived, calm_after: Lived, rough: Lived, plan: Schedule) -> Iterator[str]:
    """What a rough day lost, invented, counted twice, or paid for needlessly."""
    if rough.next_day is not None:
        yield from _two_days(calm, calm_after, rough, plan)
        return
    for name in COMPARED:
        yield from _one_table(name, calm.tables[name], rough.tables[name], plan)
    is_exact = not plan.has((*LOSSY, *REORDERING, "count_disagrees", "other_vocabulary"))
    more = rough.dollars - calm.dollars
    if is_exact and more > (CUT_USD if plan.usd else 0):
        yield f"it cost {rough.dollars}, and the calm day {calm.dollars}"


def _one_table(name: str, calm: pd.DataFrame, rough: pd.DataFrame, plan: Schedule) -> Iterator[str]:
    keys = KEYS[name]
    if rough.duplicated(keys).any():
        yield f"{name}: counted twice"
    if plan.has(("other_vocabulary",)) and name == "engagements":
        return  # The post dialect names authors for money only.
    one, two = calm, rough
    if plan.has(REORDERING) and name == "follower_arrivals":
        one, two = one[~one["is_return"]], two[~two["is_return"]]
    merged = one[keys].merge(two[keys], how="outer", indicator=True)
    # A count that jumped for no reason is a reason to read young posts.
    may_be_young = name == "posts" and plan.has(("count_disagrees",))
    invented = int((merged["_merge"] == "right_only").sum())
    if invented and not may_be_young:
        yield f"{name}: {invented} that were not there"
    lost = int((merged["_merge"] == "left_only").sum())
    if lost and not plan.has((*LOSSY, "refollow")):
        yield f"{name}: {lost} lost"
    yield from _columns(name, one, two, plan)


def _columns(name: str, calm: pd.DataFrame, rough: pd.DataFrame, plan: Schedule) -> Iterator[str]:
    """The columns in which the same rows differ."""
    left_out = [*MOMENTS]
    left_out += PLACES if plan.has((*LOSSY, *REORDERING)) else []
    left_out += WORDED if plan.has(("other_vocabulary",)) else []
    left_out += ["followers_count", "followed_after"] if plan.has(("count_disagrees",)) else []
    one, two = (rows.set_index(KEYS[name]).sort_index() for rows in (calm, rough))
    shared = one.index.intersection(two.index)
    for column in one.columns.difference(left_out):
        if not one.loc[shared, column].equals(two.loc[shared, column]):
            yield f"{name}: {column} differs"


def _two_days(calm: Lived, calm_after: Lived, rough: Lived, plan: Schedule) -> Iterator[str]:
    """Together both days hold what the two calm ones hold; who left in between need not have been seen."""
    if rough.next_day is None or plan.has((*LOSSY, *REORDERING, "other_vocabulary")):
        return
    # The first reading of posts goes back so many days, also when it is a day later.
    for name in ("follower_arrivals",) if plan.is_first_day else ("follower_arrivals", "posts"):
        keys = KEYS[name]
        one = _union(name, calm.tables, calm_after.tables)
        two = _union(name, rough.tables, rough.next_day)
        merged = one.merge(two, how="outer", indicator=True)
        if (merged["_merge"] == "right_only").any():
            yield f"{name}: some that were not there, after midnight"
        lost = merged.loc[merged["_merge"] == "left_only", keys]
        standing = calm_after.tables[name][keys].drop_duplicates()
        if name == "posts" and len(lost):
            yield f"{name}: {len(lost)} lost at midnight"
        if len(lost.merge(standing)) and name == "follower_arrivals":
            yield f"{name}: {len(lost.merge(standing))} lost at midnight"


def _union(name: str, *tables: Tables) -> pd.DataFrame:
    return pd.concat([part[name][KEYS[name]] for part in tables]).drop_duplicates()

"""What each reading of a follower list tells of the time before: the tables of the retrospective."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.lists import ListRefusedError, refuse_list, refuse_restarted_list
from tasks.followers.order import order_figures
from tasks.followers.retrospective import Retrospective, RetrospectiveParameters, retrospective
from tasks.followers.roster import COARSE_COLUMNS, roster
from tasks.followers.stretches import ProfileReader
from tasks.schema.arrays import FloatArray, IntArray, day_numbers
from tasks.schema.frames import empty_frame
from tasks.schema.retrospective_tables import FOLLOW_CLOCK, FOLLOWER_LISTS, PAST_BLOCKS, RETROSPECTIVE_TABLES

_DAY = pd.Timedelta(days=1)
_RENAMED = {
    "block": "block_number",
    "followed_after": "block_followed_after",
    "followed_before": "block_followed_before",
}


@dataclass(frozen=True)
class ListSearchParameters:
    """What a block is, and the share of violations above which follow order is not used."""

    retrospective: RetrospectiveParameters
    largest_violation_share: float


@dataclass(frozen=True)
class RankedList:
    """One list as it was read: `followers` has rank, created_at and, where known, follower_id and followed_at.

    `reader` gives the profiles by place in the order of the ranks, if there are any.
    """

    account_id: str
    handle: str
    list_date: pd.Timestamp
    source: str
    followers: pd.DataFrame
    checked_count: int
    violations_count: int
    reader: ProfileReader | None = None

    @property
    def key(self) -> dict[str, str | pd.Timestamp]:
        """What tells the list apart, and whose it is."""
        return {
            "account_id": self.account_id,
            "list_date": self.list_date,
            "source": self.source,
            "handle": self.handle,
        }

    @property
    def violation_share(self) -> float:
        """The share of violations among those that could be checked, at most 1; NaN when nothing could be."""
        return min(self.violations_count / self.checked_count, 1.0) if self.checked_count else np.nan


@dataclass(frozen=True)
class ListSource:
    """Whose list it is, when it was read and from where, and the profiles of its followers, if it has any."""

    account_id: str
    handle: str
    list_date: pd.Timestamp
    source: str
    reader: ProfileReader | None


def list_from_reading(said: ListSource, followers: pd.DataFrame) -> RankedList:
    """A list read once, or brought in, with what it alone says of its order.

    A follower stands where it cannot when its account was created after the reading.
    """
    created = followers["created_at"]
    late = int((created >= said.list_date.tz_localize("UTC") + _DAY).sum())
    place = (said.account_id, said.handle, said.list_date, said.source)
    return RankedList(*place, followers, int(created.notna().sum()), late, said.reader)


def frame_reader(rows: pd.DataFrame) -> ProfileReader | None:
    """Profiles of rows that stand in the order of their ranks; None where none is known."""
    columns = [name for name in COARSE_COLUMNS if name in rows and rows[name].notna().any()]
    if not columns:
        return None
    counts = np.stack([rows[name].to_numpy(dtype=np.float32, na_value=np.nan) for name in columns])

    def read(places: IntArray) -> FloatArray:
        return counts[:, places].astype(np.float64)

    return read


def exact_follows(rows: pd.DataFrame) -> pd.Series:
    """When each followed where the source tells, so that both bounds are one moment; null elsewhere."""
    return rows["followed_before"].where(rows["followed_before"] == rows["followed_after"])


def lists_from_arrivals(
    arrivals: pd.DataFrame, handles: dict[str, str], largest_violation_share: float
) -> Iterator[RankedList]:
    """The same of accounts with several complete readings among `follower_arrivals`, cleared by `first_baseline`.

    What later readings say stands in `accounts`; a list's own row does not change with them.
    """
    baseline = arrivals[arrivals["is_baseline"].astype(bool) & arrivals["arrival_number"].notna()]
    if baseline.empty:
        return
    audit = order_figures(roster(baseline), largest_violation_share).set_index("account_id")
    checked, wrong = audit["checked_count"].to_dict(), audit["violations_count"].to_dict()
    for account, rows in baseline.groupby("account_id", sort=True):
        ranked = rows.sort_values("arrival_number", ignore_index=True)
        followers = ranked.rename(columns={"arrival_number": "rank", "follower_created_at": "created_at"})
        followers = followers.assign(followed_at=exact_follows(ranked))
        yield RankedList(
            account_id=str(account),
            handle=handles.get(str(account), str(account)),
            list_date=rows["first_seen_date"].min(),
            source=str(rows["source"].iloc[0]),
            followers=followers[["rank", "created_at", "follower_id", "followed_at"]],
            checked_count=int(checked[account]),
            violations_count=int(wrong[account]),
            reader=frame_reader(ranked),
        )


def refuse_export(followers: pd.DataFrame, list_date: date) -> None:
    """Raise `ListRefusedError` with one sentence where a list that was brought in cannot bear a judgement.

    `followers` has rank, created_at and, where known, follower_id.
    """
    refuse_list(followers, pd.Timestamp(list_date, tz="UTC") + _DAY)
    refuse_restarted_list(followers["created_at"])


def retrospective_reports(lists: Iterator[RankedList], parameters: ListSearchParameters) -> dict[str, pd.DataFrame]:
    """Rows of each table of the retrospective by its name, for these lists."""
    parts: dict[str, list[pd.DataFrame]] = {table.name: [] for table in RETROSPECTIVE_TABLES}
    for one in lists:
        searched, reason = _searched(one, parameters)
        parts[FOLLOWER_LISTS.name].append(_list_row(one, searched, reason))
        if searched is not None:
            parts[PAST_BLOCKS.name].append(_blocks(one, searched))
            parts[FOLLOW_CLOCK.name].append(_clock(one, searched))
    return {
        table.name: pd.concat([empty_frame(table), *parts[table.name]], ignore_index=True)
        for table in RETROSPECTIVE_TABLES
    }


def with_account_counts(lists: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Rows of `follower_lists` beside the account's own count of the day, or the last of the seven days before.

    `counts` are rows of `account_snapshots`; X hides some followers from lists, so a tenth of difference says nothing.
    """
    known = counts[counts["followers_count"].notna()].sort_values(["snapshot_date", "observed_at"], kind="stable")
    columns = {"snapshot_date": "list_date", "followers_count": "account_followers_count"}
    named = known[["account_id", *columns]].rename(columns=columns)
    # As plain objects: pandas joins no two columns of Arrow's texts of which both are empty.
    types = {"account_id": "object", "list_date": lists["list_date"].dtype}
    places = lists[["account_id", "list_date"]].reset_index(names="place").sort_values("list_date", kind="stable")
    found = pd.merge_asof(
        places.astype(types),
        named.astype(types),
        on="list_date",
        by="account_id",
        tolerance=pd.Timedelta(days=COUNT_DAYS),
    ).set_index("place")["account_followers_count"]
    beside = found.reindex(range(len(lists))).set_axis(lists.index).astype("Int64")
    pairs = zip(lists["listed_followers_count"], beside, strict=True)
    said = pd.Series([_count_sentence(*pair) for pair in pairs], index=lists.index, dtype="object")
    return lists.assign(account_followers_count=beside, count_summary=said)


COUNT_DAYS = 7
LEAST_PART, MOST_PART = 0.9, 1.1


def _count_sentence(listed: int, counted: int) -> str | None:
    """How the list's length disagrees with the account's own count; None where it agrees, or no count is known."""
    if pd.isna(counted) or LEAST_PART * counted <= listed <= MOST_PART * counted:
        return None
    if listed < counted:
        return f"the account counted {counted:,}, so the list is not whole, and of who is missing nothing is told"
    return f"the account counted {counted:,}, so the list is of another day or of another account"


def _searched(one: RankedList, parameters: ListSearchParameters) -> tuple[Retrospective | None, str]:
    """What the list tells, and why it was not searched: nothing is said of a list out of order."""
    if one.violation_share > parameters.largest_violation_share:
        return None, "out_of_order"
    try:
        as_of = one.list_date.tz_localize("UTC") + _DAY
        found = retrospective(one.followers, as_of, parameters.retrospective, one.reader)
    except ListRefusedError:
        return None, "out_of_order"
    return found, "too_few_followers" if found.reason else ""


def _list_row(one: RankedList, searched: Retrospective | None, reason: str) -> pd.DataFrame:
    row: dict[str, object] = {
        **one.key,
        "listed_followers_count": len(one.followers),
        "order_checked_count": one.checked_count,
        "order_violations_count": one.violations_count,
        "order_violation_share": one.violation_share,
        "is_order_used": searched is not None,
        "is_order_turned": None if searched is None else searched.is_turned,
        "list_reason": reason or None,
    }
    if searched is not None and not reason:
        row |= {
            "blocks_count": len(searched.blocks),
            "block_members_count": int(searched.blocks["members_count"].sum()),
            "stretches_count": len(searched.stretches),
            "stretch_members_count": int(searched.stretches["members_count"].sum()),
            "stretch_summary": _stretch_sentence(searched.stretches),
        }
    empty = empty_frame(FOLLOWER_LISTS)
    return pd.DataFrame([row], columns=list(empty.columns)).astype(empty.dtypes)


def _blocks(one: RankedList, searched: Retrospective) -> pd.DataFrame:
    blocks = searched.blocks.rename(columns=_RENAMED)
    rows = blocks.assign(**one.key, block_summary=[_sentence(block) for _, block in blocks.iterrows()])
    empty = empty_frame(PAST_BLOCKS)
    return rows[list(empty.columns)].astype(empty.dtypes)


def _sentence(block: pd.Series) -> str:
    """The block in plain words; it never says who caused it."""
    created = f"accounts created from {block['created_first_at']:%Y-%m-%d} to {block['created_last_at']:%Y-%m-%d}"
    alike = ""
    if pd.notna(block["profile_distance"]):
        alike = f", with profiles unlike those of the others (distance {block['profile_distance']:.2f} of 1)"
    return (
        f"{block['members_count']:,} followers next to each other have {created}{alike} and followed together, "
        f"{_when(block, 'block_followed_')}: a normal inflow does not look so; who caused it cannot be told."
    )


def _when(stretch: pd.Series, prefix: str) -> str:
    """When a stretch came: to the hour where the source tells, else by the follow clock, which gives bounds."""
    after, before = stretch[f"{prefix}after"], stretch[f"{prefix}before"]
    if stretch["is_exact"]:
        return f"between {after:%Y-%m-%d %H:00} and {before.ceil('h'):%Y-%m-%d %H:00} UTC"
    bound = "at an unknown time" if pd.isna(after) else f"not before {after:%Y-%m-%d}"
    return f"{bound} and probably by {before:%Y-%m-%d}"


MOST_STRETCHES = 3


def _stretch_sentence(stretches: pd.DataFrame) -> str | None:
    """The largest stretches of which nothing else is known, in plain words."""
    if stretches.empty:
        return None
    largest = stretches.nlargest(MOST_STRETCHES, "members_count").sort_values("block")
    more = len(stretches) - len(largest)
    rest = [f"{more:,} smaller stretches came besides"] if more else []
    return "; ".join([*(_stretch(one) for _, one in largest.iterrows()), *rest])


def _stretch(one: pd.Series) -> str:
    """One stretch in plain words: when it came, and what is known of its profiles."""
    known = "what they are is not known, as their profiles are not"
    if pd.notna(one["profile_distance"]):
        known = f"their profiles are like those of the others (distance {one['profile_distance']:.2f} of 1)"
    return f"{one['members_count']:,} came in one stretch, {_when(one, 'followed_')}, and {known}"


_REASON_WORDS = {
    "too_few_followers": "are too few to be searched for blocks, so only the follow clock is given",
    "out_of_order": (
        "are in no follow order, so the list is unusable and nothing is concluded from it: "
        "nobody in it is suspected and nobody is cleared"
    ),
}


def describe_lists(lists: pd.DataFrame, blocks: pd.DataFrame) -> list[str]:
    """What was found in each list, in plain words: rows of `follower_lists` and of `past_blocks`."""
    said = []
    for _, row in lists.iterrows():
        size = f"{row['listed_followers_count']:,} followers of {row['handle']} as of {row['list_date']:%Y-%m-%d}"
        if pd.notna(row["count_summary"]):
            said.append(f"{size} are listed, but {row['count_summary']}")
        if pd.notna(row["is_order_turned"]) and row["is_order_turned"]:
            said.append(f"{size} stood newest first and were turned round")
        if pd.notna(row["list_reason"]):
            said.append(f"{size} {_REASON_WORDS[row['list_reason']]}")
            continue
        mine = (blocks["account_id"] == row["account_id"]) & (blocks["list_date"] == row["list_date"])
        said += [f"of {size}: {summary}" for summary in blocks.loc[mine, "block_summary"] if row["blocks_count"]]
        if pd.notna(row["stretch_summary"]):
            said.append(f"of {size}: {row['stretch_summary']}")
        elif row["blocks_count"] == 0:
            said.append(f"{size} hold no coordinated block")
    return said


def _clock(one: RankedList, searched: Retrospective) -> pd.DataFrame:
    """How many of the listed had followed by the end of each day on which the clock moved."""
    dated = searched.clock[searched.clock["followed_after"].notna()]
    after, before = day_numbers(dated["followed_after"]), day_numbers(searched.clock["followed_before"])
    days = np.unique(after)
    rows = pd.DataFrame(
        {
            **one.key,
            "clock_date": days.astype("datetime64[D]").astype("datetime64[s]"),
            "followed_by_count_high": _counted_by(days, after, dated["dated_count"]),
            "followed_by_count": _counted_by(days, before, searched.clock["followers_count"]),
        }
    )
    return rows.astype(empty_frame(FOLLOW_CLOCK).dtypes)


def _counted_by(days: NDArray[np.int64], moved: NDArray[np.int64], counts: pd.Series) -> NDArray[np.int64]:
    """How many stand in stretches that moved on each of the days or before; the stretches' days do not fall."""
    total = np.concatenate([[0], np.cumsum(counts.to_numpy(dtype=np.int64))])
    return np.asarray(total[np.searchsorted(moved, days, side="right")])

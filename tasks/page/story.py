"""The story of one account: where it stands, and how urgently it wants a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from tasks.page.inputs import PageInputs, ReportRow, RowsByAccount, list_records
from tasks.page.parameters import DAYS_COUNT

OPEN_DAYS = 90
"""How long an event without an explanation stands before everything else that is said of an account: a quarter.

How long its followers stay out of what is usual is another question, which `closed_date` answers.
"""

NOT_EXPLAINED, CANNOT_TELL, AHEAD = "not explained", "cannot be told", "count ahead"
NOT_READ, BLOCKS, BEHIND = "not read", "blocks in its past", "community ahead"
IN_STEP, TOO_LITTLE, CHANGES = "in step", "too little known", "changes known"
STATES = (NOT_EXPLAINED, CANNOT_TELL, AHEAD, NOT_READ, BLOCKS, BEHIND, IN_STEP, CHANGES, TOO_LITTLE)
"""What needs attention first."""

_UNEXPLAINED = "present_unexplained_followers_count"

CAUSE_FOUND = "explained"
"""What is said of an event with a cause; it opens nothing."""

STATE_OF_VERDICT = {"unexplained_wave": NOT_EXPLAINED, "undetermined": CANNOT_TELL}


@dataclass(frozen=True)
class Story:
    """One account, told from its rows; `as_of` is the latest day of all accounts.

    `first_date` is its first day here, `last` the row of its last one, read or not.
    `now` is the last whose follower count is known, else `last`.
    `tables` are those of all accounts, by the name that they have in `PageInputs`.
    """

    account_id: str
    first_date: pd.Timestamp
    now: ReportRow
    last: ReportRow
    as_of: pd.Timestamp
    tables: Mapping[str, RowsByAccount]

    def rows(self, table: str) -> pd.DataFrame:
        """The account's rows of a table."""
        return self.tables[table].select(self.account_id)

    @cached_property
    def days(self) -> pd.DataFrame:
        """One row per day, in order."""
        return self.rows("days")

    @cached_property
    def events(self) -> list[ReportRow]:
        """The events of the account, oldest first."""
        return self.tables["events"].records(self.account_id)

    @property
    def profile(self) -> ReportRow:
        """What its follower list is made of; nothing where that was never told."""
        return next(iter(self.tables["profiles"].records(self.account_id)), {})

    @cached_property
    def summary(self) -> ReportRow:
        """Its row of `account_summary`."""
        return self.tables["summaries"].records(self.account_id)[0]

    def has(self, column: str) -> bool:
        """Whether anything is known of the column on any day."""
        return column in self.days and bool(self.days[column].count())

    @property
    def handle(self) -> str:
        """The account's @name without the @."""
        return str(self.now["handle"])

    @cached_property
    def undecided_followers(self) -> pd.Series:
        """Of how many followers of each day it cannot be told whether the account's activity brought them.

        They are those of rises without a verdict, as far as still there; null where nothing was judged.
        """
        count, days = self.days[_UNEXPLAINED].astype("Float64"), self.days["report_date"]
        came = pd.Series(0.0, index=days.index, dtype="Float64")
        for event in self.events:
            if STATE_OF_VERDICT.get(str(event["verdict"])) == CANNOT_TELL:
                most = event["unexplained_followers_count_high"]
                came += (days >= event["first_date"]) * (0.0 if pd.isna(most) else float(most))
        still_there = self.days[f"{_UNEXPLAINED}_high"].astype("Float64") - count
        return still_there.where(still_there <= came, came).clip(lower=0).where(count.notna())

    @property
    def explained_followers(self) -> pd.Series:
        """How many followers of each day are surely not part of a wave; null where nothing was judged."""
        return self.days["followers_count"] - self.days[_UNEXPLAINED] - self.undecided_followers

    @cached_property
    def open_event(self) -> ReportRow | None:
        """The largest rise of the last 90 days that is not explained; else the largest that cannot be told."""
        since = self.as_of - pd.Timedelta(days=OPEN_DAYS)
        left = [
            event
            for event in self.events
            if event["verdict"] in STATE_OF_VERDICT
            and event["last_date"] >= since
            and pd.notna(event["unexplained_followers_count"])
        ]
        return max(left, key=_weight, default=None)

    @property
    def is_read(self) -> bool:
        """Whether the follower count of the latest day of all accounts is known."""
        return pd.notna(self.now["followers_count"]) and self.now["report_date"] == self.as_of

    @cached_property
    def state(self) -> str:
        """One of `STATES`: the first that holds."""
        if self.open_event is not None:
            return STATE_OF_VERDICT[self.open_event["verdict"]]
        leaning = self.leaning
        if leaning == AHEAD:
            return AHEAD
        if not self.is_read:
            return CHANGES if pd.notna(self.last.get("followers_delta")) else NOT_READ
        return leaning if self.latest_blocks.empty else BLOCKS

    @cached_property
    def latest_blocks(self) -> pd.DataFrame:
        """Coordinated blocks in the latest list that was searched, the largest first."""
        blocks = self.rows("blocks")
        if blocks.empty:
            return blocks
        latest: pd.DataFrame = blocks[blocks["list_date"] == blocks["list_date"].max()]
        return latest.sort_values(["members_count", "block_number"], ascending=[False, True], kind="stable")

    @property
    def leaning(self) -> str:
        """Whether the count leads the community, by the interval of the vanity gap."""
        low, high = self.now.get("vanity_gap_low"), self.now.get("vanity_gap_high")
        if pd.isna(low) or pd.isna(high):
            return TOO_LITTLE
        return AHEAD if low > 0 else BEHIND if high < 0 else IN_STEP

    @property
    def order(self) -> tuple[int, float, str]:
        """Sorts stories by what needs attention: state, then the widest vanity gap, then the name."""
        gap = self.now.get("vanity_gap")
        return STATES.index(self.state), float("inf") if pd.isna(gap) else -float(gap or 0), self.handle.lower()


def _weight(event: ReportRow) -> tuple[bool, float]:
    return event["verdict"] == "unexplained_wave", float(event["unexplained_followers_count"])


def rank_stories(inputs: PageInputs, days_count: int = DAYS_COUNT) -> list[Story]:
    """The stories of all accounts over so many latest days, the most urgent first."""
    as_of = inputs.as_of
    if as_of is None:
        return []
    ordered = inputs.days.sort_values(["account_id", "report_date"], kind="stable")
    days = ordered.groupby("account_id", sort=False).tail(days_count)
    frames = {
        name: getattr(inputs, name)
        for name in (*("evidence", "members", "arrivals", "lists", "blocks", "profiles", "summaries", "posts"),)
    }
    frames |= {"days": days, "events": inputs.events.sort_values(["first_date", "event_id"], kind="stable")}
    tables = {name: RowsByAccount(rows) for name, rows in frames.items()}
    last = _last_by_account(days)
    now = last | _last_by_account(days[days["followers_count"].notna()])
    first = days.drop_duplicates("account_id")["report_date"]
    stories = [
        Story(account_id, first_date, now[account_id], row, as_of, tables)
        for first_date, (account_id, row) in zip(first, last.items(), strict=True)
    ]
    return sorted(stories, key=lambda story: story.order)


def _last_by_account(days: pd.DataFrame) -> dict[str, ReportRow]:
    return {str(row["account_id"]): row for row in list_records(days.drop_duplicates("account_id", keep="last"))}

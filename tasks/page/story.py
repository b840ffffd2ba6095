"""The story of one account: where it stands, how urgently it wants a look, and its headline in one sentence."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from tasks.page import codes, words
from tasks.page.inputs import AccountMaterial, Row

OPEN_DAYS = 90
"""How long an event stands open: after 90 days it is part of the past with which pace compares."""

NOT_EXPLAINED, CANNOT_TELL, AHEAD = "not explained", "cannot be told", "count ahead"
NOT_READ, BLOCKS, BEHIND = "not read", "blocks in its past", "community ahead"
IN_STEP, TOO_LITTLE = "in step", "too little known"
STATES = (NOT_EXPLAINED, CANNOT_TELL, AHEAD, NOT_READ, BLOCKS, BEHIND, IN_STEP, TOO_LITTLE)
"""What needs attention first."""

EXPLAINED = "explained"
"""What is said of an event with a cause; it opens nothing."""

STATE_OF_VERDICT = {"inauthentic_wave": NOT_EXPLAINED, "undetermined": CANNOT_TELL}


@dataclass(frozen=True)
class Story:
    """One account, told from its material."""

    material: AccountMaterial

    @property
    def now(self) -> Row:
        """The last day whose follower count is known; the last day of all when none is."""
        return self.material.now

    @property
    def last(self) -> Row:
        """The last day reported of the account, read or not."""
        return self.material.last

    def has(self, column: str) -> bool:
        """Whether anything is known of the column on any day."""
        days = self.material.days
        return column in days and bool(days[column].notna().any())

    @property
    def handle(self) -> str:
        """The account's @name without the @."""
        return str(self.now["handle"])

    @property
    def events(self) -> list[Row]:
        """The events of the account, oldest first."""
        return self.material.events

    @cached_property
    def open_event(self) -> Row | None:
        """The largest rise of the last 90 days that is not explained; else the largest that cannot be told."""
        since = self.material.as_of - pd.Timedelta(days=OPEN_DAYS)
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
        return pd.notna(self.now["followers_count"]) and self.now["report_date"] == self.material.as_of

    @cached_property
    def state(self) -> str:
        """One of `STATES`: the first that holds."""
        if self.open_event is not None:
            return STATE_OF_VERDICT[self.open_event["verdict"]]
        leaning = self.leaning
        if leaning == AHEAD:
            return AHEAD
        if not self.is_read:
            return NOT_READ
        return leaning if self.latest_blocks.empty else BLOCKS

    @cached_property
    def latest_blocks(self) -> pd.DataFrame:
        """Coordinated blocks in the latest list that was searched, the largest first."""
        blocks = self.material.blocks
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


def _weight(event: Row) -> tuple[bool, float]:
    return event["verdict"] == "inauthentic_wave", float(event["unexplained_followers_count"])


def headline(story: Story) -> str:
    """The story in one sentence: how many follow, what community that goes with, and what stands open."""
    return words.sentence(
        "; ".join(part for part in (_count(story), _open(story), _blocks(story), _unread(story)) if part)
    )


def _count(story: Story) -> str:
    followers = story.now["followers_count"]
    if pd.isna(followers):
        return f"how many follow is {words.UNKNOWN}, since {codes.said(story.now['counts_reason'], codes.COUNTS)}"
    follow = f"{words.count(followers)} follow"
    worth = story.now.get("community_equivalent_followers")
    if pd.isna(worth):
        return f"{follow}, but what community stands behind them is {words.UNKNOWN}: {_why(story)}"
    low, high = (story.now.get(f"community_equivalent_followers_{end}") for end in ("low", "high"))
    community = f"of about {words.within(words.count, worth, low, high)}"
    return f"{follow}, {RELATION[story.leaning]} {community}"


RELATION = {
    AHEAD: "but their engagement is that of a community",
    BEHIND: "and engage like a community",
    IN_STEP: "in step with a community",
    TOO_LITTLE: "beside a community",
}
"""How the count stands to the community, in words that lead to its size."""


def _why(story: Story) -> str:
    return codes.said(str(story.now.get("pace_reason")), codes.PACE)


def _open(story: Story) -> str:
    event = story.open_event
    if event is None:
        return _explained(story)
    came = words.within(
        words.count,
        event["unexplained_followers_count"],
        event["unexplained_low_followers_count"],
        event["unexplained_high_followers_count"],
    )
    when = words.span(event["first_date"], event["last_date"])
    if event["verdict"] == "inauthentic_wave":
        return f"{came} who came {when} are not explained by the account's activity"
    return f"what explains the {came} who came {when} beyond the usual cannot be told"


def _explained(story: Story) -> str:
    since = story.material.as_of - pd.Timedelta(days=OPEN_DAYS)
    named = [event for event in story.events if event["last_date"] >= since and event["verdict"] in CAUSES]
    if not named:
        return ""
    event = named[-1]
    return f"{CAUSES[event['verdict']]} explains the move {words.span(event['first_date'], event['last_date'])}"


CAUSES = {verdict: codes.EXPLANATIONS[verdict] for verdict in ("organic_post", "organic_mention", "platform_purge")} | {
    "data_fault": "a wrong reading"
}


def _blocks(story: Story) -> str:
    """What stands in blocks, where no event was seen: the rise may lie before the first reading."""
    blocks = story.latest_blocks
    if story.events or blocks.empty:
        return ""
    listed = words.day(blocks["list_date"].iloc[0])
    members, number = words.count(blocks["members_count"].sum()), words.plural(len(blocks), "block")
    return f"{members} of those listed on {listed} stand in {number} that followed together before"


def _unread(story: Story) -> str:
    if story.is_read:
        return ""
    if pd.isna(story.now["followers_count"]):
        return ""
    reason = story.last.get("unread_reason")
    why = "" if pd.isna(reason) else f", because {codes.said(str(reason), codes.UNREAD)}"
    return f"that was on {words.day(story.now['report_date'])}, and nothing was read since{why}"

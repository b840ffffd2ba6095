"""What the staged rows of earlier days tell of an account, for the reading of a new day."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, READINGS


@dataclass(frozen=True)
class AccountHistory:
    """What the staged rows of earlier days tell of the account.

    `followers` are the `follower_id`s that arrived and have not departed since, `departed` those that have;
    `highest_number` is the newest arrival number, `last_complete_at` when the list was last read to its known part or
    its end (null before the first time), `last_whole_at` when it was last read to its end.
    `engagements` are (post_id, actor_id, kind) of rows that stand already.
    """

    followers: AbstractSet[int] = frozenset()
    departed: AbstractSet[int] = frozenset()
    highest_number: int = -1
    last_complete_at: datetime | None = None
    last_whole_at: datetime | None = None
    engagements: AbstractSet[tuple[int, int, str]] = frozenset()

    @property
    def is_first(self) -> bool:
        """Whether the list was never read: all followers then are the baseline."""
        return self.last_complete_at is None


def account_history(staged: Mapping[str, pd.DataFrame]) -> AccountHistory:
    """The `AccountHistory` of one account from its staged rows of the days before, each frame under its table's name.

    The list counts as last read whole when its baseline was read, or somebody was last found gone:
    a later whole reading that found nobody gone leaves no trace, so the bound is then wider than it had to be.
    """
    arrivals, departures = staged[FOLLOWER_ARRIVALS.name], staged[FOLLOWER_DEPARTURES.name]
    departed = _followers_gone(arrivals, departures)
    ever = frozenset(int(one) for one in arrivals["follower_id"])
    parameters = arrivals["arrival_number"].max()
    complete = _complete_at(staged[READINGS.name], staged[ACCOUNT_SNAPSHOTS.name])
    baseline = arrivals.loc[arrivals["is_baseline"].astype(bool), "observed_at"]
    whole = [at for at in (baseline.min(), departures["left_before"].max()) if pd.notna(at)]
    acted = staged[ENGAGEMENTS.name]
    return AccountHistory(
        followers=ever - departed,
        departed=departed,
        highest_number=-1 if pd.isna(parameters) else int(parameters),
        last_complete_at=complete,
        last_whole_at=max(whole).to_pydatetime() if whole else complete,
        engagements=frozenset(
            (int(post), int(actor), str(kind))
            for post, actor, kind in zip(acted["post_id"], acted["actor_id"], acted["kind"], strict=True)
        ),
    )


def _followers_gone(arrivals: pd.DataFrame, departures: pd.DataFrame) -> frozenset[int]:
    arrived = arrivals.groupby("follower_id")["first_seen_date"].max()
    left = departures.groupby("follower_id")["first_missing_date"].max()
    both = pd.DataFrame({"arrived": arrived, "left": left})
    return frozenset(int(one) for one in both.index[both["left"] >= both["arrived"]])


def _complete_at(readings: pd.DataFrame, snapshots: pd.DataFrame) -> datetime | None:
    is_complete = (readings["subject"] == "followers") & (readings["status"] == "complete")
    days = readings.loc[is_complete, "snapshot_date"]
    at = snapshots.loc[snapshots["snapshot_date"].isin(days), "observed_at"].max()
    return None if pd.isna(at) else at.to_pydatetime()

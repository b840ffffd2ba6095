"""What the staged rows of earlier days tell of an account, for the reading of a new day."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, READINGS
from tasks.sources.bluesky.wish import Known


def known_before(staged: Mapping[str, pd.DataFrame]) -> Known:
    """The `Known` of one account from its staged rows of the days before, each frame under its table's name.

    The list counts as last read whole when its baseline was read, or somebody was last found gone:
    a later whole reading that found nobody gone leaves no trace, so the bound is then wider than it had to be.
    """
    arrivals, departures = staged[FOLLOWER_ARRIVALS.name], staged[FOLLOWER_DEPARTURES.name]
    departed = _departed(arrivals, departures)
    ever = frozenset(int(one) for one in arrivals["follower_id"])
    parameters = arrivals["arrival_number"].max()
    complete = _complete_at(staged[READINGS.name], staged[ACCOUNT_SNAPSHOTS.name])
    baseline = arrivals.loc[arrivals["is_baseline"].astype(bool), "observed_at"]
    whole = [at for at in (baseline.min(), departures["left_before"].max()) if pd.notna(at)]
    acted = staged[ENGAGEMENTS.name]
    return Known(
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


def _departed(arrivals: pd.DataFrame, departures: pd.DataFrame) -> frozenset[int]:
    arrived = arrivals.groupby("follower_id")["first_seen_date"].max()
    left = departures.groupby("follower_id")["first_missing_date"].max()
    both = pd.DataFrame({"arrived": arrived, "left": left})
    return frozenset(int(one) for one in both.index[both["left"] >= both["arrived"]])


def _complete_at(readings: pd.DataFrame, snapshots: pd.DataFrame) -> datetime | None:
    is_complete = (readings["subject"] == "followers") & (readings["status"] == "complete")
    days = readings.loc[is_complete, "snapshot_date"]
    at = snapshots.loc[snapshots["snapshot_date"].isin(days), "observed_at"].max()
    return None if pd.isna(at) else at.to_pydatetime()

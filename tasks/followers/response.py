"""What a cohort did afterwards: did it engage, did it stay."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.cohort import Members
from tasks.followers.roster import Roster
from tasks.schema.arrays import FloatArray, IntArray, day_number, day_numbers


def follow_up_days(events: pd.DataFrame, as_of: pd.Timestamp, longest_days: int) -> IntArray:
    """Days between each event's last day and the day of the report, at most `longest_days`; -1 where not yet over."""
    waited = day_number(as_of) - day_numbers(events["last_date"])
    return np.asarray(np.clip(waited, -1, longest_days))


def count_engagers(roster: Roster, members: Members, follow_days: IntArray, engagements: pd.DataFrame) -> FloatArray:
    """Members of each event who engaged within its follow-up of being first seen."""
    likely = one_of(roster.follower_id[members.position], engagements["actor_id"])
    if not likely.any():
        return np.zeros(members.events)
    event, position = members.event[likely], members.position[likely]
    rows = pd.DataFrame(
        {
            "account_id": roster.accounts[roster.account[position]],
            "actor_id": roster.follower_id[position],
            "event": event,
            "seen": roster.seen[position],
        }
    )
    acts = engagements[["account_id", "actor_id"]].assign(day=day_numbers(engagements["snapshot_date"]))
    acts = acts.dropna(subset=["actor_id"]).astype({"actor_id": "int64"})
    joined = rows.merge(acts, on=["account_id", "actor_id"], how="inner")
    waited = joined["day"] - joined["seen"]
    inside = joined[(waited >= 0) & (waited <= follow_days[joined["event"].to_numpy()])]
    first = inside.drop_duplicates(["event", "actor_id"])  # one person counts once, however often they engaged
    return np.bincount(first["event"], minlength=members.events).astype(np.float64)


def select_newcomers(roster: Roster, before: Members, events: pd.DataFrame, follow_days: IntArray) -> Members:
    """The part of each reference that was seen arriving long enough before the event to have been followed up."""
    first = day_numbers(events["first_date"])[before.event]
    seen = roster.seen[before.position]
    kept = ~roster.is_baseline[before.position] & (seen + np.maximum(follow_days, 0)[before.event] < first)
    return Members(before.event[kept], before.position[kept], before.events)


def stayed_share(
    roster: Roster, members: Members, departures: pd.DataFrame, as_of: pd.Timestamp, days: int
) -> FloatArray:
    """Share of each event's members not found gone within so many days of being first seen.

    Over the members first seen at least so many days before the report; NaN where there are none.
    """
    due = roster.seen[members.position] + days <= day_number(as_of)
    event, position = members.event[due], members.position[due]
    size = np.bincount(event, minlength=members.events)
    lost = np.zeros(members.events)
    likely = one_of(roster.follower_id[position], departures["follower_id"])
    if likely.any():
        waited = _gone_after(roster, position[likely], departures)
        lost += np.bincount(event[likely], (waited >= 0) & (waited <= days), minlength=members.events)
    return np.where(size > 0, 1 - lost / np.maximum(size, 1), np.nan)


def one_of(ids: IntArray, some: pd.Series) -> NDArray[np.bool_]:
    """Which ids are among some, of whichever account; pandas looks them up in a table of the few."""
    if some.empty or not len(ids):
        return np.zeros(len(ids), dtype=bool)
    return pd.Series(ids).isin(some.dropna().to_numpy(dtype=np.int64)).to_numpy()


def _gone_after(roster: Roster, position: IntArray, departures: pd.DataFrame) -> FloatArray:
    """Days from being first seen to the first reading without the follower; NaN for who was never found gone."""
    keys = ["account_id", "follower_id"]
    gone = departures[keys].assign(day=day_numbers(departures["departed_date"])).dropna(subset=["follower_id"])
    earliest = gone.astype({"follower_id": "int64"}).groupby(keys)["day"].min().reset_index()
    rows = pd.DataFrame(
        {
            "account_id": roster.accounts[roster.account[position]],
            "follower_id": roster.follower_id[position],
        }
    )
    day = rows.merge(earliest, on=keys, how="left")["day"].to_numpy(dtype=np.float64)
    return np.asarray(day - roster.seen[position])

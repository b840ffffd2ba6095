"""Who engaged on which day with which post, laid out for windows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.metrics.days import BoolArray, Calendar, IntArray, day_numbers, floats
from tasks.metrics.maturity import account_numbers
from tasks.metrics.presence import ActiveDays
from tasks.metrics.rates import FloatArray


@dataclass(frozen=True)
class Actions:
    """Actions by known actors, ascending by account, actor and day; `actor` numbers account and actor together.

    `followers` are the actor's, NaN when unknown; `follows` is 1, 0 or NaN.
    """

    account: IntArray
    actor: IntArray
    day: IntArray
    post: IntArray
    kind: NDArray[np.object_]
    followers: FloatArray
    follows: FloatArray

    def active_days(self, chosen: BoolArray | None = None) -> ActiveDays:
        """The distinct days on which each actor took one of the chosen actions."""
        places = np.arange(len(self.day)) if chosen is None else np.flatnonzero(chosen)
        last = places[_is_last(self.actor[places], self.day[places])]
        return ActiveDays(self.account[last], self.actor[last], self.day[last])

    def latest_followers(self) -> tuple[ActiveDays, FloatArray]:
        """The days on which an actor's followers were read, with the largest of that day's readings."""
        known = np.flatnonzero(~np.isnan(self.followers))
        order = known[np.lexsort((self.followers[known], self.day[known], self.actor[known]))]
        last = order[_is_last(self.actor[order], self.day[order])]
        return ActiveDays(self.account[last], self.actor[last], self.day[last]), self.followers[last]

    def distinct_actions(self) -> tuple[IntArray, IntArray, IntArray]:
        """Account, actor and day of each distinct action: one per actor, day and post, whatever its kinds."""
        order = np.lexsort((self.post, self.day, self.actor))
        last = order[_is_last(self.actor[order], self.day[order], self.post[order])]
        return self.account[last], self.actor[last], self.day[last]


def actions(engagements: pd.DataFrame, days: Calendar) -> Actions:
    """The actions on the calendar's accounts.

    An action belongs to the day on which it happened; where X does not say, to the first day on which it was read.
    """
    account = account_numbers(days, engagements)
    ours = np.flatnonzero(account >= 0)
    rows = engagements.iloc[ours]
    actor_of_all, _ = pd.factorize(rows["actor_id"], sort=True)
    pair = np.unique(account[ours] * (actor_of_all.max(initial=0) + 1) + actor_of_all, return_inverse=True)[1]
    happened = _action_days(rows, pair.astype(np.int64))
    post = rows["post_id"].to_numpy(dtype=np.int64)
    order = np.lexsort((rows["kind"], post, happened, pair))
    return Actions(
        account=account[ours][order],
        actor=pair[order].astype(np.int64),
        day=happened[order],
        post=post[order],
        kind=rows["kind"].to_numpy(dtype=object)[order],
        followers=floats(rows["actor_followers_count"])[order],
        follows=floats(rows["is_follower"].astype("boolean").astype("Int64"))[order],
    )


def _action_days(rows: pd.DataFrame, pair: IntArray) -> IntArray:
    read = day_numbers(rows["snapshot_date"])
    subject = pd.DataFrame({"pair": pair, "post": rows["post_id"].to_numpy(), "kind": rows["kind"].to_numpy()})
    first = subject.assign(read=read).groupby(["pair", "post", "kind"], sort=False)["read"].transform("min")
    happened = rows["engaged_at"].notna().to_numpy()
    days = first.to_numpy(dtype=np.int64).copy()
    days[happened] = day_numbers(rows["engaged_at"][happened])
    return days


def _is_last(*sorted_numbers: IntArray) -> BoolArray:
    if not len(sorted_numbers[0]):
        return np.zeros(0, dtype=bool)
    changes = np.any([np.diff(numbers) != 0 for numbers in sorted_numbers], axis=0)
    return np.append(changes, True)

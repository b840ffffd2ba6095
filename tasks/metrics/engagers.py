"""Who engaged on which day with which post, and for how long that counts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.metrics.days import Calendar
from tasks.metrics.posts import account_numbers
from tasks.schema.arrays import BoolArray, FloatArray, IntArray, day_numbers, float_values


@dataclass(frozen=True)
class ActiveDays:
    """Distinct days on which an actor engaged, ascending by actor and day.

    `actor` numbers an account and actor together, `account` the account alone.
    """

    account: IntArray
    actor: IntArray
    day: IntArray

    def next_day(self) -> IntArray:
        """The actor's next active day; a day beyond all others after the last."""
        following = np.append(self.day[1:], _NEVER)[: len(self.day)]
        is_last = np.append(np.diff(self.actor) != 0, True)[: len(self.day)]
        return np.where(is_last, _NEVER, following)

    def previous_day(self, steps: int = 1) -> IntArray:
        """The actor's active day so many before; a day before all others where it has not as many."""
        before, kept = np.full(len(self.day), -_NEVER), max(len(self.day) - steps, 0)
        is_same = self.actor[steps:] == self.actor[:kept]
        before[steps:] = np.where(is_same, self.day[:kept], -_NEVER)
        return before


_NEVER = 1 << 40


@dataclass(frozen=True)
class Stays:
    """Spans of days: from `start` up to but not including `stop`, each of one account and with a weight."""

    account: IntArray
    start: IntArray
    stop: IntArray
    weight: FloatArray

    def totals(self, days: Calendar) -> FloatArray:
        """The sum of the weights of the spans that hold each row asked for; exact for whole weights."""
        known = (self.account >= 0) & (self.stop > self.start)
        size = len(days.day) + 1
        enter = np.bincount(clamp_rows(days, self.account[known], self.start[known]), self.weight[known], size)
        leave = np.bincount(clamp_rows(days, self.account[known], self.stop[known]), self.weight[known], size)
        return np.cumsum(enter - leave)[days.asked].astype(np.float64)


def clamp_rows(days: Calendar, account: IntArray, day: IntArray) -> IntArray:
    """The calendar row of an account's day; its first row for a day before, the row after its last for one beyond."""
    first, after = days.first_rows[account], days.first_rows[account + 1]
    return np.asarray(np.minimum(np.maximum(first + day - days.day[first], first), after))


def engager_stays(active: ActiveDays, window_days: int) -> Stays:
    """While an actor counts as engager: a day on which it engaged lies in the window of days up to now."""
    return Stays(
        active.account, active.day, np.minimum(active.day + window_days, active.next_day()), np.ones(len(active.day))
    )


def earlier_engager_stays(active: ActiveDays, window_days: int) -> Stays:
    """While an actor counts as engager of the window before."""
    now = engager_stays(active, window_days)
    return Stays(now.account, now.start + window_days, now.stop + window_days, now.weight)


def repeat_stays(active: ActiveDays, window_days: int, days_count: int) -> Stays:
    """While an actor counts as engager of at least so many days: as many days on which it engaged lie in the window."""
    before = active.previous_day(days_count - 1)
    stop = np.minimum(before + window_days, active.next_day())
    return Stays(active.account, active.day, stop, np.ones(len(active.day)))


def active_day_stays(active: ActiveDays, window_days: int) -> Stays:
    """While an active day counts: every one of them for the whole window, so that their total is actor-days."""
    return Stays(active.account, active.day, active.day + window_days, np.ones(len(active.day)))


def returning_stays(active: ActiveDays, window_days: int) -> Stays:
    """While an actor counts as retained: it engaged in this window and in the window before.

    An actor's days fall into sessions without a pause as long as the window.
    Within a session from s to e it is retained on days s + w to e + w - 1;
    a session that begins within two windows after the one before retains from its begin to e' + 2w - 1.
    """
    starts_session = active.day - active.previous_day() >= window_days
    ends_session = active.next_day() - active.day >= window_days
    begin, end = active.day[starts_session], active.day[ends_session]
    account, before = active.account[starts_session], active.previous_day()[starts_session]
    within = Stays(account, begin + window_days, end + window_days, np.ones(len(begin)))
    across_stop = np.minimum(before + 2 * window_days, end + window_days)
    across = Stays(account, begin, across_stop, np.ones(len(begin)))
    return Stays(*(np.concatenate(pair) for pair in zip(_arrays(within), _arrays(across), strict=True)))


def latest_value_stays(active: ActiveDays, window_days: int, values: FloatArray) -> Stays:
    """Each actor's latest value while it counts as engager."""
    spans = engager_stays(active, window_days)
    return Stays(spans.account, spans.start, spans.stop, values)


def _arrays(stays: Stays) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    return stays.account, stays.start, stays.stop, stays.weight


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
        followers=float_values(rows["actor_followers_count"])[order],
        follows=float_values(rows["is_follower"].astype("boolean").astype("Int64"))[order],
    )


def add_action_dates(engagements: pd.DataFrame) -> pd.DataFrame:
    """The rows with `engaged_date`: the UTC day to which each action belongs, as `actions` counts it."""
    people = np.asarray(engagements.groupby(["account_id", "actor_id"], sort=False).ngroup(), dtype=np.int64)
    days = _action_days(engagements, people).astype("datetime64[D]").astype("datetime64[s]")
    return engagements.assign(engaged_date=days)


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

"""For how long each action counts, and how many count on each day."""

from dataclasses import dataclass

import numpy as np

from tasks.metrics.days import Calendar, IntArray
from tasks.metrics.rates import FloatArray


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
        enter = np.bincount(clamped_rows(days, self.account[known], self.start[known]), self.weight[known], size)
        leave = np.bincount(clamped_rows(days, self.account[known], self.stop[known]), self.weight[known], size)
        return np.cumsum(enter - leave)[days.asked].astype(np.float64)


def clamped_rows(days: Calendar, account: IntArray, day: IntArray) -> IntArray:
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

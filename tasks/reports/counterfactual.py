"""What is left of an account's day without the followers that its activity does not explain."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.parameters import VanityParameters
from tasks.metrics.scores import audience_score, damping_factor, klout_style_score, reach_score
from tasks.schema.arrays import DAY_KEY, DAY_ROOM, FloatArray, IntArray, code_column
from tasks.schema.arrays import integer_column as whole
from tasks.schema.columns.judged_days import JUDGED_DAY_COLUMNS
from tasks.schema.columns.vanity import WITHOUT_UNEXPLAINED_COLUMNS
from tasks.schema.ranges import PositiveDayCount

COUNTERFACTUAL_INPUTS = (
    "followers_count",
    "lost_followers_count",
    "following_count",
    "amplification_score",
    "network_score",
    "engaged_followers_count_28d",
)
"""Columns of `account_daily` on which the counterfactual rests, beside its key."""
_ENDS = ("", "_low", "_high")
UNEXPLAINED_COUNT = "present_unexplained_followers_count"
_WAVE, _UNDECIDED = "unexplained_wave", "undetermined"


COUNTERFACTUAL_COLUMNS = tuple(column.name for column in (*WITHOUT_UNEXPLAINED_COLUMNS, *JUDGED_DAY_COLUMNS))
"""The columns of `account_daily` that only the judgement can fill."""


@dataclass(frozen=True)
class CounterfactualParameters:
    """For how long a follower's last post shows that somebody is there: config/model.toml, [counterfactual]."""

    active_days: PositiveDayCount


@dataclass(frozen=True)
class CounterfactualInputs:
    """What was concluded and seen of followers.

    `events` are rows of `divergence_events`, `followers` those of `follower_judgements` with `follower_id`,
    `posting` those that `tasks.followers.notes.Posting` notes, `departures` staged rows;
    `judged_days` are those of the judgement, and `minimum_days` is how many of them are enough to say: nobody.
    """

    events: pd.DataFrame
    followers: pd.DataFrame
    posting: pd.DataFrame
    departures: pd.DataFrame
    judged_days: pd.DataFrame
    minimum_days: int


def counterfactual(days: pd.DataFrame, known: CounterfactualInputs, vanity: VanityParameters) -> pd.DataFrame:
    """`COUNTERFACTUAL_COLUMNS` for every row of `days`, in its order.

    `days` holds all days of each account with the columns of `COUNTERFACTUAL_INPUTS`, sorted by account and day.
    """
    place = _Places(days)
    followers = days["followers_count"].to_numpy(dtype=np.float64, na_value=np.nan)
    stated = days["lost_followers_count"].to_numpy(dtype=np.float64, na_value=np.nan)
    counts = _unexplained(place, followers, stated, known)
    judged = _judged(place, known.judged_days)
    is_too_short = (judged["judged_days_count"] < known.minimum_days) & (counts["_high"] == 0)
    reason = np.select([np.isnan(followers), is_too_short], ["no_followers_count", "past_too_short"], default="")
    counts = {end: np.where(reason == "", values, np.nan) for end, values in counts.items()}
    columns: dict[str, object] = {f"{UNEXPLAINED_COUNT}{end}": whole(counts[end]) for end in _ENDS}
    columns["unexplained_reason"] = code_column(reason)
    columns |= {name: whole(values) for name, values in judged.items()}
    columns["clearing_date"] = _clearing_date(place, known.minimum_days - judged["judged_days_count"])
    columns |= _scores(days, followers, counts, vanity)
    columns |= _reachable(days, place, (followers - counts["_low"]), known)
    return pd.concat([days[DAY_KEY].reset_index(drop=True), pd.DataFrame(columns)], axis=1)


def add_empty_columns(days: pd.DataFrame) -> pd.DataFrame:
    """The days before they are judged: the judged columns are null."""
    return days.assign(**dict.fromkeys(COUNTERFACTUAL_COLUMNS))


def find_changed_days(
    now: pd.DataFrame, before: pd.DataFrame, columns: Iterable[str] = COUNTERFACTUAL_COLUMNS
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """The first and the last day of which a judged column was published otherwise; None when all stand as they were.

    Both frames hold the key and the columns of the same rows, in the same order.
    """
    same = pd.Series(data=True, index=now.index)
    for name in columns:
        same &= (now[name] == before[name]).fillna(value=False).astype(bool) | (now[name].isna() & before[name].isna())
    days = now.loc[~same, "report_date"]
    return None if days.empty else (days.min(), days.max())


class _Places:
    """The rows of accounts and days in the sorted frame."""

    def __init__(self, days: pd.DataFrame) -> None:
        self.accounts = pd.Index(days["account_id"].unique())
        self.account = self.accounts.get_indexer(pd.Index(days["account_id"])).astype(np.int64)
        self.day = _days(days["report_date"])
        self.keys = self.account * DAY_ROOM + self.day
        self.start = np.searchsorted(self.account, np.arange(len(self.accounts) + 1)).astype(np.int64)
        self.is_first = np.diff(self.account, prepend=-1) != 0

    def code(self, account_id: pd.Series) -> IntArray:
        """The account's number; -1 for an account without a row."""
        return np.asarray(self.accounts.get_indexer(pd.Index(account_id)), dtype=np.int64)

    def row(self, account: IntArray, day: IntArray) -> IntArray:
        """The first row of the account on the day or later, at most the row after its last."""
        found = np.searchsorted(self.keys, account * DAY_ROOM + np.clip(day, 0, DAY_ROOM - 1))
        return np.asarray(np.clip(found, self.start[account], self.start[account + 1]), dtype=np.int64)

    def running(self, account: IntArray, day: IntArray, amount: FloatArray) -> FloatArray:
        """On each row the sum of all amounts of its account that fell on its day or before."""
        row = self.row(account, day)
        inside = row < self.start[account + 1]
        total = np.cumsum(np.bincount(row[inside], amount[inside], minlength=len(self.keys))).astype(np.float64)
        return self.since_start(total)

    def since_start(self, total: FloatArray) -> FloatArray:
        """A running sum over all rows as one within each account."""
        before = np.concatenate([[0.0], total])[self.start[:-1]]
        return np.asarray(total - before[self.account])


def _unexplained(
    place: _Places, followers: FloatArray, stated: FloatArray, known: CounterfactualInputs
) -> dict[str, FloatArray]:
    """Per row the unexplained followers who had come and are not gone, with the ends of the interval.

    Where nobody looked who is gone, those who left are taken to be of the wave as often as anybody else;
    at the lower end all of them were of it, at the upper end none.
    `stated` says how many left, as far as an export states it.
    """
    events = known.events[known.events["verdict"].isin([_WAVE, _UNDECIDED])]
    events = events[events["unexplained_followers_count"].notna() & (place.code(events["account_id"]) >= 0)]
    filled = _carried(place, followers)
    before = _before(place, filled)
    # How many left since the row before: as stated, else by how much the count fell.
    lost = np.where(np.isnan(stated), np.nan_to_num(np.maximum(before - filled, 0.0)), stated)
    row, event, part = _arrived_parts(place, filled, events)
    part = part - _gone_parts(place, row, event, events, known)
    is_wave = (events["verdict"] == _WAVE).to_numpy(dtype=bool)
    sums: dict[str, FloatArray] = {}
    for end, name in zip(_ENDS, ("", "_low", "_high"), strict=True):
        count = events[f"unexplained_followers_count{name}"].to_numpy(dtype=np.float64)
        count = count if end == "_high" else np.where(is_wave, count, 0.0)
        sums[end] = np.bincount(row, part * count[event], minlength=len(followers)).astype(np.float64)
    left = _lost_since(place, lost, events[is_wave])
    was_looked = np.isin(place.accounts, known.departures["account_id"].unique())[place.account]
    stayed = np.where(was_looked, sums[""], _dwindled(place, sums[""], lost / before))
    count = np.minimum(np.rint(stayed), followers)
    return {
        "": count,
        "_low": np.minimum(np.maximum(np.floor(sums["_low"]) - left, 0.0), count),
        "_high": np.maximum(np.minimum(np.ceil(sums["_high"]), followers), count),
    }


def _dwindled(place: _Places, total: FloatArray, lost_share: FloatArray) -> FloatArray:
    """A running total of which on each row the same share is lost as of all followers."""
    kept = np.exp(place.since_start(np.cumsum(np.log1p(-np.clip(np.nan_to_num(lost_share), 0.0, 0.999)))))
    come = np.where(place.is_first, total, np.diff(total, prepend=0.0))
    return np.asarray(kept * place.since_start(np.cumsum(come / kept)))


def _before(place: _Places, filled: FloatArray) -> FloatArray:
    """The count of the day before, as carried; NaN on an account's first row and where nothing was read before."""
    before = np.where(place.is_first, np.nan, np.concatenate([[np.nan], filled[:-1]]))
    return np.where(before > 0, before, np.nan)


def _arrived_parts(place: _Places, filled: FloatArray, events: pd.DataFrame) -> tuple[IntArray, IntArray, FloatArray]:
    """Row, event and part of the event's arrivals that had come by the row, for every row from its first day on.

    The part is how far the count had moved from before the event to its last day; where that was not read, days.
    """
    account = place.code(events["account_id"])
    first, last = _days(events["first_date"]), _days(events["last_date"])
    begin, stop = place.row(account, first), place.start[account + 1]
    length = np.maximum(stop - begin, 0)
    event = np.repeat(np.arange(len(events)), length)
    row = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + begin[event]
    end_row = np.clip(place.row(account, last), 0, max(len(filled) - 1, 0))
    before = events["before_followers_count"].to_numpy(dtype=np.float64, na_value=np.nan)
    moved = (filled[end_row] - before) if len(filled) else before
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (filled[row] - before[event]) / moved[event]
    by_days = (place.day[row] - first[event] + 1) / (last - first + 1)[event]
    part = np.where((moved[event] > 0) & ~np.isnan(part), part, by_days)
    return row, event, np.where(place.day[row] >= last[event], 1.0, np.clip(part, 0.0, 1.0))


def _gone_parts(
    place: _Places, row: IntArray, event: IntArray, events: pd.DataFrame, known: CounterfactualInputs
) -> FloatArray:
    """The part of each event's wave that was found gone by the row: by probabilities, 0 where nobody looked."""
    members = known.followers[["account_id", "event_id", "follower_id", "unexplained_probability"]]
    weight = members.groupby("event_id")["unexplained_probability"].sum().reindex(events["event_id"]).to_numpy()
    left = members.merge(known.departures[["account_id", "follower_id", "first_missing_date"]])
    code = pd.Index(events["event_id"]).get_indexer(pd.Index(left["event_id"]))
    left, code = left[code >= 0], code[code >= 0].astype(np.int64)
    chance = left["unexplained_probability"].to_numpy(dtype=np.float64)
    order = np.lexsort((_days(left["first_missing_date"]), code))
    moments = code[order] * DAY_ROOM + _days(left["first_missing_date"])[order]
    total = np.concatenate([[0.0], np.cumsum(chance[order])])
    by_now = np.searchsorted(moments, event * DAY_ROOM + place.day[row], side="right")
    before = np.searchsorted(moments, event * DAY_ROOM)
    with np.errstate(invalid="ignore", divide="ignore"):
        gone = (total[by_now] - total[before]) / weight[event]
    return np.where(np.isfinite(gone), gone, 0.0)


def _lost_since(place: _Places, lost: FloatArray, waves: pd.DataFrame) -> FloatArray:
    """How many left in all since the account's first wave was over: any of them may have been of it."""
    over = np.full(len(place.accounts), DAY_ROOM)
    np.minimum.at(over, place.code(waves["account_id"]), _days(waves["last_date"]))
    return place.since_start(np.cumsum(np.where(place.day > over[place.account], lost, 0.0)))


def _carried(place: _Places, followers: FloatArray) -> FloatArray:
    """Each count, or the last one read before it."""
    carried = pd.Series(followers).groupby(place.account).ffill()
    return carried.to_numpy(dtype=np.float64)


def _clearing_date(place: _Places, missing: FloatArray) -> pd.Series:
    """The day on which no judged day is missing any more; null where none is."""
    days = (place.day + missing.astype(np.int64)).astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(days).mask(missing <= 0)


def _judged(place: _Places, judged_days: pd.DataFrame) -> dict[str, FloatArray]:
    """How many days were judged up to each row, and what could have been missed on it; NaN on a day not judged."""
    account, day = place.code(judged_days["account_id"]), _days(judged_days["report_date"])
    inside = account >= 0
    row = place.row(account[inside], day[inside])
    keys = account[inside] * DAY_ROOM + day[inside]
    is_here = np.append(place.keys, -1)[row] == keys
    columns: dict[str, FloatArray] = {
        "judged_days_count": place.running(account[inside], day[inside], np.ones(int(inside.sum())))
    }
    for name in ("detectable_jump_followers_delta", "detectable_drip_followers_delta"):
        values = np.full(len(place.keys), np.nan)
        values[row[is_here]] = judged_days[name].to_numpy(dtype=np.float64)[inside][is_here]
        columns[name] = values
    return columns


def _scores(
    days: pd.DataFrame, followers: FloatArray, counts: dict[str, FloatArray], vanity: VanityParameters
) -> dict[str, object]:
    """The scores of the remaining followers; more unexplained followers leave a lower score."""
    given = {name: days[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in COUNTERFACTUAL_INPUTS}
    columns: dict[str, object] = {}
    for end, count in zip(_ENDS, (counts[""], counts["_high"], counts["_low"]), strict=True):
        left = followers - count
        reach = reach_score(left, damping_factor(left, given["following_count"], vanity), vanity)
        parts = (reach, given["amplification_score"], given["network_score"])
        columns[f"klout_style_score_without_unexplained{end}"] = klout_style_score(*parts, vanity)
        columns[f"audience_score_without_unexplained{end}"] = audience_score(left, vanity)
    return columns


def _reachable(days: pd.DataFrame, place: _Places, most: FloatArray, known: CounterfactualInputs) -> dict[str, object]:
    engaged = days["engaged_followers_count_28d"].to_numpy(dtype=np.float64, na_value=np.nan)
    least = np.fmax(engaged, _recently_posting(place, known))
    limit = np.where(np.isnan(most), days["followers_count"].to_numpy(dtype=np.float64, na_value=np.nan), most)
    least = np.where(np.isnan(limit), least, np.minimum(least, limit))
    return {
        # Probabilities are summed in floating point: less than a millionth short of a follower is that follower.
        "reachable_followers_count_low": whole(np.floor(np.round(least, 6))),
        "reachable_followers_count_high": whole(most),
    }


def _recently_posting(place: _Places, known: CounterfactualInputs) -> FloatArray:
    """Followers whose last known post is recent, each by the probability of being explained; NaN where none is known.

    A follower counts from the reading that showed it until its last post is too old or it was found gone.
    """
    keys = ["account_id", "follower_id"]
    chance = known.followers.groupby(keys)["unexplained_probability"].max().reset_index()
    rows = known.posting
    named = rows[keys].merge(chance, on=keys, how="left")["unexplained_probability"]
    weight = 1.0 - np.nan_to_num(named.to_numpy(dtype=np.float64))
    account = place.code(rows["account_id"])
    inside = account >= 0
    amount = rows["followers_delta"].to_numpy(dtype=np.float64) * weight
    day = rows["posting_day"].to_numpy(dtype=np.int64)
    counted = place.running(account[inside], day[inside], amount[inside])
    is_known = np.isin(np.arange(len(place.accounts)), account)[place.account]
    return np.where(is_known, counted, np.nan)


def _days(dates: pd.Series) -> IntArray:
    """Days since 1970; null far in the future."""
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), DAY_ROOM - 1, days.astype(np.int64))

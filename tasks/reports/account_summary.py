"""Accounts at a glance: `account_summary`, one row each, and each event's account before it and after."""

import pandas as pd

from tasks.reports.activity import ACTIVITY_COLUMNS, activity_summary
from tasks.schema.columns.summary import AFTER_DATE, AFTER_DAYS, LEVEL_COLUMNS, NOW_COLUMNS

_DETECTABLE = ("detectable_jump_followers_delta", "detectable_drip_followers_delta")
SUMMARY_INPUTS = (
    *("account_id", "handle", "report_date", "unread_reason", "clearing_date", "community_days_count"),
    *_DETECTABLE,
    *NOW_COLUMNS,
    *ACTIVITY_COLUMNS,
)
"""Columns of `account_daily` on which the table rests."""

_UNEXPLAINED = "present_unexplained_followers_count"
_WAVE, _UNDECIDED = "unexplained_wave", "undetermined"
_WINDOW_DAYS = 28
"""Who came back within these days is compared with who engaged in as many before them."""
_SPAN = ["unexplained_first_date", "unexplained_last_date", "unexplained_events_count", "is_wave"]


def account_summary(days: pd.DataFrame, events: pd.DataFrame, gap_dates: pd.Series) -> pd.DataFrame:
    """One row per account of all but the words of the table.

    `days` are rows of `account_daily` with `SUMMARY_INPUTS`, `events` those of `divergence_events`;
    `gap_dates` are those of `tasks.reports.gap_dates`, or none.
    """
    ordered = days.sort_values(["account_id", "report_date"], kind="stable", ignore_index=True)
    counted = ordered[ordered["followers_count"].notna()]
    last = ordered.drop_duplicates("account_id", keep="last")
    latest = pd.concat([last, counted.drop_duplicates("account_id", keep="last")])
    now = latest.drop_duplicates("account_id", keep="last").sort_values("account_id", ignore_index=True)
    unread = last.set_index("account_id")["unread_reason"]
    is_old = now["report_date"] < days["report_date"].max()
    now["last_unread_reason"] = now["account_id"].map(unread).where(is_old)
    known = gap_dates.astype("datetime64[s]").reindex(now["account_id"]).set_axis(now.index)
    now = _with_explained(now).assign(vanity_gap_known_date=known)
    now["community_known_date"] = _community_dates(ordered, now)
    now = now.merge(_cleared_limits(ordered), on="account_id", how="left")
    now = now.merge(_rises(events), on="account_id", how="left")
    now = now.merge(activity_summary(ordered), on="account_id", how="left")
    now["unexplained_events_count"] = now["unexplained_events_count"].astype("Int64").fillna(0)
    return now.merge(_before(counted, now), on="account_id", how="left")


def _with_explained(now: pd.DataFrame) -> pd.DataFrame:
    """Followers less the unexplained ones, and from which day that will be known."""
    for end, other in (("", ""), ("_low", "_high"), ("_high", "_low")):
        now[f"explained_followers_count{end}"] = now["followers_count"] - now[f"{_UNEXPLAINED}{other}"]
    is_near = (now["unexplained_reason"] == "past_too_short").fillna(value=False)
    now["explained_known_date"] = now["clearing_date"].where(is_near)
    return now


def _community_dates(ordered: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """From which day on it will be known how many came back: two windows after people were first read by name.

    `community_days_count` counts the days of the window that are known, so it tells the first of them until it is full;
    null where it has fallen, because reading by name stopped in between.
    """
    counts = ordered["community_days_count"].astype("float64")
    has_fallen = counts.groupby(ordered["account_id"]).diff() < 0
    is_read_on = ~has_fallen.groupby(ordered["account_id"]).transform("any")
    known = ordered[ordered["community_days_count"].between(1, _WINDOW_DAYS - 1) & is_read_on]
    last = known.drop_duplicates("account_id", keep="last").set_index("account_id")
    left = pd.to_timedelta(2 * _WINDOW_DAYS - last["community_days_count"].astype("int64"), unit="D")
    dates = (last["report_date"] + left).reindex(now["account_id"]).set_axis(now.index).astype("datetime64[s]")
    return dates.where((now["community_reason"] == "too_few_days").fillna(value=False) & (dates > now["report_date"]))


def _cleared_limits(ordered: pd.DataFrame) -> pd.DataFrame:
    """Per account with cleared days the widest limits of them: what an all-clear of these days could have missed."""
    is_clear = ordered[_DETECTABLE[0]].notna() & ordered["unexplained_reason"].isna()
    limits = ordered[is_clear].groupby("account_id")[list(_DETECTABLE)].max()
    return limits.add_prefix("largest_").reset_index()


def _rises(events: pd.DataFrame) -> pd.DataFrame:
    """The span of each account's waves; where there is none, of the rises of which it cannot be told."""
    open_events = events[events["verdict"].isin([_WAVE, _UNDECIDED]) & (events["unexplained_followers_count_high"] > 0)]
    is_wave = open_events["verdict"] == _WAVE
    has_wave = is_wave.groupby(open_events["account_id"]).transform("any")
    chosen = open_events.assign(is_wave=is_wave.astype("boolean"))[is_wave | ~has_wave]
    by_account = chosen.groupby("account_id", sort=True)
    spans: pd.DataFrame = by_account.agg(
        unexplained_first_date=("first_date", "min"),
        unexplained_last_date=("last_date", "max"),
        unexplained_events_count=("first_date", "size"),
        is_wave=("is_wave", "first"),
    )
    return spans.reset_index()[["account_id", *_SPAN]]


def _before(counted: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The last day with a count before the first of these rises."""
    since = now.loc[now["unexplained_first_date"].notna(), ["account_id", "unexplained_first_date"]]
    found = _levels_on(counted, since.set_axis(["account_id", "until"], axis=1), is_exact=False)
    return found[["account_id", *LEVEL_COLUMNS]].rename(columns={name: f"before_{name}" for name in LEVEL_COLUMNS})


LEVEL_INPUTS = ("account_id", "report_date", *LEVEL_COLUMNS)
"""Columns of `account_daily` on which an event's levels rest."""


def event_levels(events: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """The events with their account's levels before and after, as `divergence_events` declares them.

    `days` are rows of `account_daily` with `LEVEL_INPUTS`; what the events say of the count before stands.
    """
    counted = days[days["followers_count"].notna()].sort_values(["account_id", "report_date"], ignore_index=True)
    own = events[["account_id", "first_date", "last_date"]].reset_index(drop=True)
    before = _levels_on(counted, own.assign(until=own["first_date"]), is_exact=False)
    after = _levels_on(counted, own.assign(until=own["last_date"] + pd.Timedelta(days=AFTER_DAYS)), is_exact=True)
    after = after.where(after["report_date"] >= own["last_date"])
    levels = {f"before_{name}": before[name] for name in LEVEL_COLUMNS if f"before_{name}" not in events}
    levels |= {AFTER_DATE.name: after["report_date"], **{f"after_{name}": after[name] for name in LEVEL_COLUMNS}}
    return events.assign(**{name: values.set_axis(events.index) for name, values in levels.items()})


def _levels_on(counted: pd.DataFrame, places: pd.DataFrame, *, is_exact: bool) -> pd.DataFrame:
    """Of each place the account's last row with a count up to the day `until`, itself included where `is_exact`.

    `counted` is sorted by account and day; a place without such a row has nulls.
    """
    read_from = counted[counted["engagers_count_28d"].notna()].groupby("account_id")["report_date"].min()
    # pandas compares moments of one resolution and texts of one type only, and whoever found the places chose theirs.
    types = {"until": counted["report_date"].dtype, "account_id": counted["account_id"].dtype}
    ordered = places.astype(types).reset_index(names="place").sort_values("until", kind="stable")
    rows = pd.merge_asof(
        ordered,
        counted[list(LEVEL_INPUTS)].sort_values("report_date", kind="stable"),
        left_on="until",
        right_on="report_date",
        by="account_id",
        allow_exact_matches=is_exact,
    ).sort_values("place", ignore_index=True)
    # Until people were read by name for a whole window their number grows by itself, and is not to be compared.
    read_since = read_from.reindex(rows["account_id"]).set_axis(rows.index)
    is_whole = rows["report_date"] - read_since >= pd.Timedelta(days=_WINDOW_DAYS - 1)
    return rows.assign(engagers_count_28d=rows["engagers_count_28d"].where(is_whole))

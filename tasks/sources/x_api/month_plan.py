"""What the next 30 days cost at each level: what is read once, each day's readings, and the scans; told beforehand."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pandas as pd

from tasks.sources.accounts import FOLLOWER_LEVELS, Account
from tasks.sources.x_api.account_plan import AccountCounts, Today
from tasks.sources.x_api.endpoints import (
    FOLLOWERS_LIST,
    FOLLOWERS_SCAN,
    LIKERS,
    MENTIONS,
    POST_LOOKUP,
    QUOTES,
    REPOSTERS,
    TIMELINE,
    USERS_BY,
    Endpoint,
)
from tasks.sources.x_api.history import ReadingHistory, short_overlap
from tasks.sources.x_api.parameters import Limits
from tasks.sources.x_api.reading_plan import (
    MOST_TIMELINE,
    PlanTerms,
    forecast_today,
    format_usd,
    mean_engagement,
    text_table,
)

FORECAST_DAYS = 30
LEVELS = ("counts", "posts", "sample", "full")
AGAIN_SHARE = Decimal(1) / 7
"""Of posts with three times the median's engagement, which are read again (config/pipeline.toml, moving_ratio)."""
PACE_DAYS = 28
"""The last days whose posts give the pace."""

_HEADINGS = ("account", "level", "at first", "days", "daily", "scans", "at most", "not foreseen")
_FIGURES = frozenset({2, 3, 4, 5, 6})


@dataclass(frozen=True)
class MonthRow:
    """One account at one level: USD likely for what is read once, for 30 days of daily readings, and for the scans.

    What is not foreseen is named, and not in the sums; `open_kinds` are the sums that lack something.
    `first_days` are those that the budget of a day takes to read what is read once; `most_usd` is what the budgets
    allow.
    """

    handle: str
    level: str
    is_chosen: bool
    first_usd: Decimal
    first_days: int
    daily_usd: Decimal
    scans_usd: Decimal
    most_usd: Decimal
    unforeseen: tuple[str, ...]
    open_kinds: frozenset[str]

    @property
    def likely_usd(self) -> Decimal:
        """All that is foreseen."""
        return self.first_usd + self.daily_usd + self.scans_usd


@dataclass(frozen=True)
class MonthBudget:
    """What the budgets allow in the 30 days from a day on, of which this month and this day still have so much left."""

    limits: Limits
    day: date
    day_left: Decimal
    month_left: Decimal

    def most_usd(self, day_usd: Decimal) -> Decimal:
        """USD at most, at so much a day: what each calendar month allows of its days.

        >>> limits = Limits(Decimal(5), Decimal(60), Decimal(5))
        >>> MonthBudget(limits, date(2026, 7, 20), Decimal(5), Decimal(10)).most_usd(Decimal(5))
        Decimal('70')
        """
        days = [self.day + timedelta(days=number) for number in range(FORECAST_DAYS)]
        least = min(day_usd, self.limits.day_usd)
        allowed: dict[tuple[int, int], Decimal] = {}
        for day in days:
            month = (day.year, day.month)
            allowed[month] = allowed.get(month, Decimal(0)) + (min(least, self.day_left) if day == self.day else least)
        this_month = (self.day.year, self.day.month)
        left = {month: self.month_left if month == this_month else self.limits.month_usd for month in allowed}
        return sum((max(min(allowed[month], left[month]), Decimal(0)) for month in allowed), Decimal(0))


@dataclass(frozen=True)
class _Pace:
    """What is known of an account: null where nothing read so far tells."""

    followers_count: int | None
    new_followers: Decimal | None
    posts: Decimal | None
    engaged: tuple[float, float, float] | None
    has_list: bool
    has_posts: bool


@dataclass(frozen=True)
class _Part:
    """Objects of one endpoint, once or a day or of each scan; null where their number is not known, for that reason."""

    kind: str
    endpoint: Endpoint
    count: Decimal | None
    what: str


def month_plan(
    accounts: Sequence[Account], history: ReadingHistory, now: datetime, budget: MonthBudget, terms: PlanTerms
) -> list[MonthRow]:
    """What each account would cost in 30 days at each level; a pure function of what earlier days told."""
    ids = dict(zip(history.counts["handle"].str.lower(), history.counts["account_id"].astype(str), strict=True))
    today = forecast_today(history, now, terms.parameters)
    engaged = mean_engagement(history, today)
    rows: list[MonthRow] = []
    for account in accounts:
        pace = _pace_of(ids.get(account.handle.lower()), history, today, engaged)
        rows += [_row(account, level, pace, budget, terms) for level in LEVELS]
    return rows


def _pace_of(
    account_id: str | None, history: ReadingHistory, today: Today, engaged: Mapping[str, tuple[float, float, float]]
) -> _Pace:
    if account_id is None or account_id not in today.counted:
        return _Pace(None, None, None, None, has_list=False, has_posts=False)
    followers, now = history.followers.get(account_id), today.counted[account_id]
    has_posts = account_id in history.posts_read_at
    losses = 0 if followers is None else followers.usual_losses
    rise = _rise_per_day(today.earlier.get(account_id, ()))
    return _Pace(
        followers_count=now.followers_count,
        new_followers=None if rise is None else max(rise, Decimal(0)) + losses,
        posts=_recent_posts(account_id, history, now.at) if has_posts else _lifelong_posts(account_id, history, now),
        engaged=engaged.get(account_id),
        has_list=followers is not None,
        has_posts=has_posts,
    )


def _rise_per_day(counted: Sequence[AccountCounts]) -> Decimal | None:
    """The median of the days' rises: a night of thousands is no pace."""
    known = [(entry.at, entry.followers_count) for entry in counted if entry.followers_count is not None]
    rises = [Decimal(count - before) / _days(at - then) for (then, before), (at, count) in pairwise(known)]
    return median(rises) if rises else None


def _recent_posts(account_id: str, history: ReadingHistory, now: datetime) -> Decimal:
    own = history.posts[history.posts["account_id"] == account_id]
    until = pd.Timestamp(history.posts_read_at[account_id]) - pd.Timedelta(days=2)
    is_recent = (own["created_at"] > until - pd.Timedelta(days=PACE_DAYS)) & (own["created_at"] <= min(until, now))
    return Decimal(own.loc[is_recent, "post_id"].nunique()) / PACE_DAYS


def _lifelong_posts(account_id: str, history: ReadingHistory, now: AccountCounts) -> Decimal | None:
    """Posts a day since the account began, before its posts are read."""
    born = history.counts.loc[history.counts["account_id"] == account_id, "account_created_at"].dropna()
    if born.empty or now.posts_count is None:
        return None
    return Decimal(now.posts_count) / _days(now.at - born.iloc[-1].to_pydatetime())


def _days(span: timedelta) -> Decimal:
    return max(Decimal(str(span / timedelta(days=1))), Decimal(1))


def _row(account: Account, level: str, pace: _Pace, budget: MonthBudget, terms: PlanTerms) -> MonthRow:
    parts = list(_parts(account, level, pace, terms))
    sums = {kind: _cost(parts, kind, account, terms) for kind in ("once", "daily", "scans")}
    own = terms.account_day_usd if account.budget_usd is None else account.budget_usd
    counts = terms.prices.of_object(USERS_BY, is_owned=False) * FORECAST_DAYS
    day_usd = min(own, budget.limits.day_usd)
    first_days = math.ceil(sums["once"] / day_usd) if day_usd else 0
    return MonthRow(
        handle=account.handle,
        level=level,
        is_chosen=level == account.level,
        first_usd=sums["once"],
        first_days=first_days,
        daily_usd=sums["daily"],
        scans_usd=sums["scans"],
        most_usd=min(counts, budget.most_usd(budget.limits.day_usd)) if level == "counts" else budget.most_usd(own),
        unforeseen=tuple(dict.fromkeys(part.what for part in parts if part.count is None)),
        open_kinds=frozenset(part.kind for part in parts if part.count is None),
    )


def _cost(parts: Sequence[_Part], kind: str, account: Account, terms: PlanTerms) -> Decimal:
    is_owned = account.owned and terms.has_user
    times = FORECAST_DAYS if kind == "daily" else 1
    known = [part for part in parts if part.kind == kind and part.count is not None]
    cost = (terms.prices.of_object(part.endpoint, is_owned=is_owned) * (part.count or 0) for part in known)
    return sum(cost, Decimal(0)) * times


def _parts(account: Account, level: str, pace: _Pace, terms: PlanTerms) -> Iterator[_Part]:
    yield _Part("daily", USERS_BY, Decimal(1), "")
    if level != "counts":
        yield from _of_posts(pace, terms)
        if account.engagers:
            yield from _of_engagers(account, pace, terms)
    if level in FOLLOWER_LEVELS:
        yield from _of_followers(account, level, pace, terms)


def _of_posts(pace: _Pace, terms: PlanTerms) -> Iterator[_Part]:
    posts = pace.posts
    if not pace.has_posts:
        once = None if posts is None else min(posts * terms.parameters.first_days, Decimal(MOST_TIMELINE))
        yield _Part("once", TIMELINE, once, "posts")
    yield _Part("daily", TIMELINE, posts, "posts")
    yield _Part("daily", POST_LOOKUP, None if posts is None else posts * AGAIN_SHARE, "posts")


def _of_engagers(account: Account, pace: _Pace, terms: PlanTerms) -> Iterator[_Part]:
    endpoints = [QUOTES, REPOSTERS, *([LIKERS] if account.likers else [])]
    for place, endpoint in enumerate(endpoints):
        each = None if pace.engaged is None else min(pace.engaged[place], endpoint.largest_page)
        count = None if each is None or pace.posts is None else Decimal(str(each)) * pace.posts
        yield _Part("daily", endpoint, count, "who engages")
    if account.authors and terms.prices.bills_expansions:
        yield _Part("daily", QUOTES, None, "authors")
    yield _Part("daily", MENTIONS, None, "mentions")


def _of_followers(account: Account, level: str, pace: _Pace, terms: PlanTerms) -> Iterator[_Part]:
    count = None if pace.followers_count is None else Decimal(pace.followers_count)
    if not pace.has_list:
        sample = Decimal(terms.parameters.sample_followers)
        once = count if level == "full" else min(sample, sample if count is None else count)
        yield _Part("once", FOLLOWERS_LIST, once, "followers")
    new = pace.new_followers
    overlap = None if new is None else new + short_overlap(round(new), is_owned=account.owned)
    yield _Part("daily", FOLLOWERS_LIST, overlap, "new followers")
    if level == "full":
        scans = Decimal(FORECAST_DAYS) / terms.parameters.scan_days
        yield _Part("scans", FOLLOWERS_SCAN, None if count is None else count * scans, "followers")


def render_month(rows: Sequence[MonthRow], budget: MonthBudget) -> str:
    """The forecast as lines: a table of all levels, and what the chosen ones cost."""
    table = text_table([_HEADINGS, *(_cells(row) for row in rows)], _FIGURES)
    return "\n".join(
        [f"30 days from {budget.day} on, * is the chosen level:", "", *table, "", *month_totals(rows, budget)]
    )


def month_totals(rows: Sequence[MonthRow], budget: MonthBudget) -> list[str]:
    """What the chosen levels cost in 30 days, likely and at most, and what is not in the sum, as sentences."""
    chosen = [row for row in rows if row.is_chosen]
    first, daily, scans = (sum(costs, Decimal(0)) for costs in _sums(chosen))
    likely = first + daily + scans
    most = min(sum((row.most_usd for row in chosen), Decimal(0)), budget.most_usd(budget.limits.day_usd))
    shares = f"{format_usd(first)} at first, {format_usd(daily)} for daily readings, {format_usd(scans)} for scans"
    word = "At least" if any(row.open_kinds for row in chosen) else "Likely"
    said = [f"{word} {format_usd(likely)} in 30 days, at most {format_usd(most)}: {shares} where they are scheduled."]
    if likely > most:
        said.append("The budgets do not reach for all of it: counts are read first, whole lists and scans last.")
    if unforeseen := sorted({name for row in chosen for name in row.unforeseen}):
        said.append(f"Not in the sum, because nothing read so far tells their number: {', '.join(unforeseen)}.")
    said.append("A jump costs more on its days: up to the newest followers of a sample, within the budgets.")
    return said


def _sums(rows: Sequence[MonthRow]) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    return [row.first_usd for row in rows], [row.daily_usd for row in rows], [row.scans_usd for row in rows]


def _cells(row: MonthRow) -> tuple[str, ...]:
    level = f"{row.level}*" if row.is_chosen else row.level
    sums = {"once": row.first_usd, "daily": row.daily_usd, "scans": row.scans_usd}
    first, daily, scans = (_sum_cell(usd, is_open=kind in row.open_kinds) for kind, usd in sums.items())
    days = "?" if first == "?" else str(row.first_days)
    return (row.handle, level, first, days, daily, scans, format_usd(row.most_usd), ", ".join(row.unforeseen))


def _sum_cell(amount: Decimal, *, is_open: bool) -> str:
    """A sum that lacks something ends in a plus; one of which nothing is foreseen is not known."""
    if is_open and not amount:
        return "?"
    return format_usd(amount) + ("+" if is_open else "")

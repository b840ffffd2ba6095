"""What a day will read of each account, why, and what it costs: told before anything is read, as a table too."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd

from tasks.sources.accounts import FOLLOWER_LEVELS, Account
from tasks.sources.x_api.account_plan import AccountPlan, Today, account_plan, today_of
from tasks.sources.x_api.endpoints import (
    FOLLOWERS_LIST,
    LIKERS,
    POST_LOOKUP,
    QUOTES,
    REPOSTERS,
    TIMELINE,
    USERS,
    USERS_BY,
    Endpoint,
)
from tasks.sources.x_api.followers import expected_new
from tasks.sources.x_api.history import ReadingHistory, short_overlap
from tasks.sources.x_api.parameters import Budget, Prices, ReadingParameters

MOST_TIMELINE = 3200
"""Posts of an account that X serves at most."""

_A_DAY = pd.Timedelta(days=1)
_ENGAGEMENT_COUNTS = ["quote_count", "repost_count", "like_count"]


@dataclass(frozen=True)
class PlanRow:
    """One subject of one account: the likely objects and their price, and the most that it may cost.

    `likely_count` and `likely_usd` are null where nothing read so far tells; `most_usd` is what the budgets leave,
    or the price of the objects where their number is certain.
    """

    handle: str
    subject: str
    why: str
    likely_count: int | None
    likely_usd: Decimal | None
    most_usd: Decimal


@dataclass(frozen=True)
class PlanTerms:
    """What a plan is made by: parameters, prices, and whether X is asked in the name of a user."""

    parameters: ReadingParameters
    prices: Prices
    account_day_usd: Decimal
    has_user: bool


@dataclass(frozen=True)
class _Ground:
    """What a plan rests on; `engaged` are the mean quotes, reposts and likes of each account's settled posts."""

    history: ReadingHistory
    today: Today
    engaged: Mapping[str, tuple[float, float, float]]
    terms: PlanTerms


def reading_plan(
    accounts: Sequence[Account], history: ReadingHistory, now: datetime, budget: Budget, terms: PlanTerms
) -> list[PlanRow]:
    """What a run at that moment would read, in its order; a pure function of what earlier days told.

    Counts are forecast from earlier ones, since today's are not read yet.
    """
    ids = dict(zip(history.counts["handle"].str.lower(), history.counts["account_id"].astype(str), strict=True))
    today = forecast_today(history, now, terms.parameters)
    ground = _Ground(history, today, mean_engagement(history, today), terms)
    counts = [_counts(account, terms) for account in accounts]
    others = [row for account in accounts for row in _of_account(account, ids.get(account.handle.lower()), ground)]
    own = {account.handle: account.budget_usd for account in reversed(accounts)}
    return [_bounded(row, own[row.handle], budget, terms) for row in (*counts, *others)]


def forecast_today(history: ReadingHistory, now: datetime, parameters: ReadingParameters) -> Today:
    """Today as it would be if every count went on as it did on average between its readings."""
    today = today_of(_counts_now(history.counts, now), history, parameters)
    return Today(today.counted, today.earlier, frozenset(), today.again, today.listed)


def _counts_now(counts: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Each account's last row, as it would be now."""
    rows = counts.sort_values("observed_at", kind="stable").drop_duplicates("account_id", keep="last")
    rows = rows.set_index("account_id").sort_index()
    by_account = counts.groupby("account_id")
    days = _in_days(pd.Timestamp(now) - rows["observed_at"])
    span = _in_days(by_account["observed_at"].max() - by_account["observed_at"].min())
    share = (days / span).where(span > 0, 0.0)
    names = ["followers_count", "posts_count"]
    first, last = by_account[names].first(), by_account[names].last()
    expected = {name: last[name] + _whole((last[name] - first[name]) * share) for name in names}
    return rows.assign(**expected, observed_at=pd.Timestamp(now)).reset_index()


def _in_days(spans: pd.Series) -> pd.Series:
    days: pd.Series = spans / _A_DAY  # type: ignore[operator]  # the stubs do not know a column of spans
    return days


def _whole(counts: pd.Series) -> pd.Series:
    return counts.round().astype("Int64")


def _counts(account: Account, terms: PlanTerms) -> PlanRow:
    price = terms.prices.of_object(USERS_BY, is_owned=False)
    return PlanRow(account.handle, "counts", "the profile, with its public counts", 1, price, price)


def mean_engagement(history: ReadingHistory, today: Today) -> dict[str, tuple[float, float, float]]:
    """By account, the mean quotes, reposts and likes of its posts that have settled."""
    settled = history.posts[history.posts["post_id"].isin(today.listed)]
    means = settled[_ENGAGEMENT_COUNTS].astype("float64").groupby(settled["account_id"]).mean().dropna()
    return {str(account_id): (quotes, reposts, likes) for account_id, quotes, reposts, likes in means.itertuples()}


def _of_account(account: Account, account_id: str | None, ground: _Ground) -> Iterator[PlanRow]:
    today, terms, chosen = ground.today, ground.terms, None
    if account_id is not None and account_id in today.counted:
        chosen = account_plan(account, account_id, ground.history, today, terms.parameters)
    if account.level in FOLLOWER_LEVELS:
        yield _followers(account, chosen, terms)
    if account.level != "counts":
        yield _posts(account, chosen, today, terms)
        if account.engagers:
            yield _engagers(account, chosen, ground)


def _followers(account: Account, chosen: AccountPlan | None, terms: PlanTerms) -> PlanRow:
    cap = terms.parameters.sample_followers if account.level == "sample" else None
    if chosen is None or chosen.known is None:
        count = None if chosen is None else chosen.expected.followers_count
        wanted = cap if count is None or (cap is not None and cap < count) else count
        why = "the whole list, once" if cap is None else f"the newest {cap:,}, once"
        return _priced(account, "followers", why, [(FOLLOWERS_LIST, wanted)], terms)
    new = expected_new(chosen.known, chosen.expected)
    overlap = short_overlap(new, is_owned=account.owned)
    why = f"the head of the list: about {new:,} new, down to {overlap} known"
    return _priced(account, "followers", why, [(FOLLOWERS_LIST, new + overlap)], terms)


def _posts(account: Account, chosen: AccountPlan | None, today: Today, terms: PlanTerms) -> PlanRow:
    settled = _settled_posts_count(chosen, today)
    if chosen is None or settled is None or chosen.is_first:
        why = f"those of {terms.parameters.first_days} days, once"
        return _priced(account, "posts", why, [(TIMELINE, settled)], terms)
    why = f"about {settled} now {terms.parameters.settled_hours} hours old, {len(chosen.again)} again that move"
    return _priced(account, "posts", why, [(TIMELINE, settled), (POST_LOOKUP, len(chosen.again))], terms)


def _settled_posts_count(chosen: AccountPlan | None, today: Today) -> int | None:
    """How many posts to expect in the window, by the account's pace so far; null without two counts."""
    if chosen is None or chosen.window.until is None:
        return None
    known = [entry for entry in today.earlier.get(chosen.x_account.id, ()) if entry.posts_count is not None]
    if len(known) < 2:  # noqa: PLR2004 - a pace needs two counts
        return None
    rise = max((known[-1].posts_count or 0) - (known[0].posts_count or 0), 0)
    share = (chosen.window.until - chosen.window.since) / (known[-1].at - known[0].at)
    return min(round(rise * share), MOST_TIMELINE)


def _engagers(account: Account, chosen: AccountPlan | None, ground: _Ground) -> PlanRow:
    why = f"mentions, and who {_ways(account)} posts that have settled{', with authors' if account.authors else ''}"
    settled = _settled_posts_count(chosen, ground.today)
    engaged = None if chosen is None else ground.engaged.get(chosen.x_account.id)
    if chosen is None or settled is None or chosen.is_first or engaged is None:
        return _priced(account, "engagers", why, [(QUOTES, None)], ground.terms)
    parts = [(QUOTES, round(engaged[0] * settled)), (REPOSTERS, round(engaged[1] * settled))]
    if account.authors and ground.terms.prices.bills_expansions:
        parts.append((USERS, parts[0][1]))
    if account.likers:
        parts.append((LIKERS, round(min(engaged[2], LIKERS.largest_page) * settled)))
    return _priced(account, "engagers", f"{why}; mentions not counted here", parts, ground.terms)


def _ways(account: Account) -> str:
    return "quoted, reposted or liked" if account.likers else "quoted or reposted"


def _priced(
    account: Account, subject: str, why: str, parts: Sequence[tuple[Endpoint, int | None]], terms: PlanTerms
) -> PlanRow:
    """What the objects of the endpoints cost; null where the number of some is not known."""
    is_owned = account.owned and terms.has_user
    counts = [count for _, count in parts if count is not None]
    if len(counts) < len(parts):
        return PlanRow(account.handle, subject, why, None, None, Decimal("Infinity"))
    prices = [terms.prices.of_object(endpoint, is_owned=is_owned) for endpoint, _ in parts]
    cost = sum((count * price for count, price in zip(counts, prices, strict=True)), Decimal(0))
    return PlanRow(account.handle, subject, why, sum(counts), cost, Decimal("Infinity"))


def _bounded(row: PlanRow, own: Decimal | None, budget: Budget, terms: PlanTerms) -> PlanRow:
    """The row with the most that the budgets allow it, its account's `own` among them."""
    left = budget.left if row.subject == "counts" else min(budget.left, terms.account_day_usd if own is None else own)
    most = max(min(row.most_usd, left), Decimal(0))
    return PlanRow(row.handle, row.subject, row.why, row.likely_count, row.likely_usd, most)


_HEADINGS = ("account", "reads", "objects", "USD", "at most", "why")
_FIGURES = frozenset({2, 3, 4})
_UNKNOWN = "?"


def render_plan(rows: Sequence[PlanRow], budget: Budget) -> str:
    """The plan as lines: a table, then what all of it costs likely and at most."""
    lines = text_table([_HEADINGS, *(_cells(row) for row in rows)], _FIGURES)
    return "\n".join([*lines, "", *plan_totals(rows, budget)])


def plan_table(rows: Sequence[PlanRow]) -> list[dict[str, str]]:
    """The plan as rows for a table elsewhere, such as an artifact of a run."""
    return [dict(zip(_HEADINGS, _cells(row), strict=True)) for row in rows]


def most_usd(rows: Sequence[PlanRow], budget: Budget) -> Decimal:
    """What the whole plan costs at most: never more than the budgets leave."""
    return min(sum((row.most_usd for row in rows), Decimal(0)), max(budget.left, Decimal(0)))


def plan_totals(rows: Sequence[PlanRow], budget: Budget) -> list[str]:
    """What the plan costs likely and at most, and what is not certain of it, as sentences."""
    likely = sum((row.likely_usd for row in rows if row.likely_usd is not None), Decimal(0))
    unknown = sum(row.likely_usd is None for row in rows)
    most, left = format_usd(most_usd(rows, budget)), format_usd(budget.left)
    said = [f"Likely {format_usd(likely)}, at most {most}: the budgets leave {left}."]
    if unknown:
        said.append(f"{unknown} of {len(rows)} readings cannot be foretold: nothing was read of them so far.")
    if likely > budget.left:
        said.append("The budgets do not reach: what does not fit is left unread today, and named in the reports.")
    return said


def _cells(row: PlanRow) -> tuple[str, ...]:
    objects = _UNKNOWN if row.likely_count is None else f"{row.likely_count:,}"
    price = _UNKNOWN if row.likely_usd is None else format_usd(row.likely_usd)
    return (row.handle, row.subject, objects, price, format_usd(row.most_usd), row.why)


def text_table(lines: Sequence[Sequence[str]], figures: Container[int]) -> list[str]:
    """Lines of cells under one another, the columns of figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return ["  ".join(_aligned(line, widths, figures)).rstrip() for line in lines]


def _aligned(cells: Sequence[str], widths: Sequence[int], figures: Container[int]) -> Iterator[str]:
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        yield cell.rjust(width) if place in figures else cell.ljust(width)


def format_usd(amount: Decimal) -> str:
    """Dollars to a tenth of a cent."""
    return f"${amount:,.3f}"

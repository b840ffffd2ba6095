"""What a day will read of each account, why, and what it costs: told before anything is read."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd

from tasks.sources.x_api.budget import Budget
from tasks.sources.x_api.choice import Choice, Today, choice, today_of
from tasks.sources.x_api.endpoints import FOLLOWERS, POSTS, QUOTES, REPOSTERS, TIMELINE, USERS_BY, Endpoint
from tasks.sources.x_api.followers import expected_new
from tasks.sources.x_api.known import short_overlap
from tasks.sources.x_api.past import Past, ReadingNumbers, Wish
from tasks.sources.x_api.price import Prices

MOST_TIMELINE = 3200
"""Posts of an account that X serves at most."""


@dataclass(frozen=True)
class Planned:
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
class Terms:
    """What a plan is made by: numbers, prices, and whether X is asked in the name of a user."""

    numbers: ReadingNumbers
    prices: Prices
    account_day_usd: Decimal
    has_user: bool


def plan(wishes: Sequence[Wish], past: Past, now: datetime, budget: Budget, terms: Terms) -> list[Planned]:
    """What a run at that moment would read, in its order; a pure function of what earlier days told.

    Counts are forecast from earlier ones, since today's are not read yet.
    """
    ids = dict(zip(past.counts["handle"].str.lower(), past.counts["account_id"].astype(str), strict=True))
    today = forecast(past, now, terms.numbers)
    counts = [_counts(wish, terms) for wish in wishes]
    others = [row for wish in wishes for row in _of_account(wish, ids.get(wish.handle.lower()), past, today, terms)]
    return [_bounded(row, wishes, budget, terms) for row in (*counts, *others)]


def forecast(past: Past, now: datetime, numbers: ReadingNumbers) -> Today:
    """Today as it would be if every count went on as it did on average between its readings."""
    expected = [_next(rows, now) for _, rows in past.counts.groupby("account_id")]
    rows = pd.DataFrame(expected) if expected else past.counts
    today = today_of(rows, past, numbers)
    return Today(today.counted, today.earlier, frozenset(), today.again, today.listed)


def _next(counts: pd.DataFrame, now: datetime) -> dict[Hashable, object]:
    last = counts.sort_values("observed_at", kind="stable").iloc[-1]
    span = (counts["observed_at"].max() - counts["observed_at"].min()) / timedelta(days=1)
    days = (pd.Timestamp(now) - last["observed_at"]) / timedelta(days=1)
    going_on: dict[Hashable, object] = {
        name: _going_on(counts[name].dropna().astype("int64"), days / span if span else 0.0)
        for name in ("followers_count", "posts_count")
    }
    return {**last.to_dict(), **going_on, "observed_at": pd.Timestamp(now)}


def _going_on(counts: pd.Series, share: float) -> int | None:
    return None if counts.empty else int(counts.iloc[-1] + round((counts.iloc[-1] - counts.iloc[0]) * share))


def _counts(wish: Wish, terms: Terms) -> Planned:
    price = terms.prices.of_object(USERS_BY, is_owned=False)
    return Planned(wish.handle, "counts", "the profile, with its public counts", 1, price, price)


def _of_account(wish: Wish, account_id: str | None, past: Past, today: Today, terms: Terms) -> Iterator[Planned]:
    chosen = None
    if account_id is not None and account_id in today.counted:
        chosen = choice(wish, account_id, past, today, terms.numbers)
    if wish.level in {"sample", "full"}:
        yield _followers(wish, chosen, terms)
    if wish.level != "counts":
        yield _posts(wish, chosen, today, terms)
        if wish.with_engagers:
            yield _engagers(wish, chosen, past, today, terms)


def _followers(wish: Wish, chosen: Choice | None, terms: Terms) -> Planned:
    cap = terms.numbers.sample_followers if wish.level == "sample" else None
    if chosen is None or chosen.known is None:
        count = None if chosen is None else chosen.expected.followers_count
        wanted = cap if count is None or (cap is not None and cap < count) else count
        why = "the whole list, once" if cap is None else f"the newest {cap:,}, once"
        return _priced(wish, "followers", why, [(FOLLOWERS, wanted)], terms)
    new = expected_new(chosen.known, chosen.expected)
    overlap = short_overlap(new, is_owned=wish.is_owned)
    why = f"the head of the list: about {new:,} new, down to {overlap} known"
    return _priced(wish, "followers", why, [(FOLLOWERS, new + overlap)], terms)


def _posts(wish: Wish, chosen: Choice | None, today: Today, terms: Terms) -> Planned:
    settled = _settled(chosen, today)
    if chosen is None or settled is None or chosen.is_first:
        why = f"those of {terms.numbers.first_days} days, once"
        return _priced(wish, "posts", why, [(TIMELINE, settled)], terms)
    why = f"about {settled} now {terms.numbers.settled_hours} hours old, {len(chosen.again)} again that move"
    return _priced(wish, "posts", why, [(TIMELINE, settled), (POSTS, len(chosen.again))], terms)


def _settled(chosen: Choice | None, today: Today) -> int | None:
    """How many posts to expect in the window, by the account's pace so far; null without two counts."""
    if chosen is None or chosen.window.until is None:
        return None
    known = [entry for entry in today.earlier.get(chosen.account.id, ()) if entry.posts_count is not None]
    if len(known) < 2:  # noqa: PLR2004 - a pace needs two counts
        return None
    rise = max((known[-1].posts_count or 0) - (known[0].posts_count or 0), 0)
    share = (chosen.window.until - chosen.window.since) / (known[-1].at - known[0].at)
    return min(round(rise * share), MOST_TIMELINE)


def _engagers(wish: Wish, chosen: Choice | None, past: Past, today: Today, terms: Terms) -> Planned:
    why = "mentions, and who quoted or reposted posts that have settled"
    settled = _settled(chosen, today)
    if chosen is None or settled is None or chosen.is_first:
        return _priced(wish, "engagers", why, [(QUOTES, None)], terms)
    own = past.posts[(past.posts["account_id"] == chosen.account.id) & past.posts["post_id"].isin(today.listed)]
    means = own[["quote_count", "repost_count"]].astype("float64").mean()
    if means.isna().any():
        return _priced(wish, "engagers", why, [(QUOTES, None)], terms)
    parts = [(QUOTES, round(means["quote_count"] * settled)), (REPOSTERS, round(means["repost_count"] * settled))]
    return _priced(wish, "engagers", f"{why}; mentions not counted here", parts, terms)


def _priced(wish: Wish, subject: str, why: str, parts: Sequence[tuple[Endpoint, int | None]], terms: Terms) -> Planned:
    """What the objects of the endpoints cost; null where the number of some is not known."""
    is_owned = wish.is_owned and terms.has_user
    counts = [count for _, count in parts if count is not None]
    if len(counts) < len(parts):
        return Planned(wish.handle, subject, why, None, None, Decimal("Infinity"))
    prices = [terms.prices.of_object(endpoint, is_owned=is_owned) for endpoint, _ in parts]
    cost = sum((count * price for count, price in zip(counts, prices, strict=True)), Decimal(0))
    return Planned(wish.handle, subject, why, sum(counts), cost, Decimal("Infinity"))


def _bounded(row: Planned, wishes: Sequence[Wish], budget: Budget, terms: Terms) -> Planned:
    """The row with the most that the budgets allow it."""
    own = next((wish.day_usd for wish in wishes if wish.handle == row.handle), None)
    left = budget.left if row.subject == "counts" else min(budget.left, terms.account_day_usd if own is None else own)
    most = max(min(row.most_usd, left), Decimal(0))
    return Planned(row.handle, row.subject, row.why, row.likely_count, row.likely_usd, most)

"""What a backfill would do, day by day, and why: computed before anything is done."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from tasks.freshness.fingerprints import FreshnessParameters, day_fingerprints
from tasks.freshness.ledger import DayRecord, Fingerprints, read_ledger, report_days
from tasks.schema.frames import frame
from tasks.schema.months import Days, each_day
from tasks.schema.report_tables import ACCOUNT_DAILY, POST_ENGAGEMENT
from tasks.schema.table import Table
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

REPORTED, MISSING, STALE, UNKNOWABLE = "reported", "missing", "stale", "unknowable"
MATURITY = "posts"
"""The source of days on which posts matured: they have rows of `post_engagement`, counts or not."""
LIST = "follower list"
"""The source of days on which a follower list was read elsewhere."""
NEVER_ASKED = "nobody was observed: X cannot be asked for past counts, only an export can tell"
NOT_YET = "not read yet: `daily` reads it today"
NEVER_DERIVED = "never derived"


@dataclass(frozen=True)
class PlanRequest:
    """What the operator asks for: accounts by id, None for all, and whether up-to-date days are derived too."""

    today: date
    accounts: Collection[str] | None = None
    is_forced: bool = False


@dataclass(frozen=True)
class LedgerState:
    """What stands on disk: records of the ledger, days with their published tables, and what each day rests on now.

    `rows` are the accounts with a row of `account_daily` on the day, `posts` those with one of `post_engagement`.
    """

    records: Mapping[date, DayRecord]
    published: Mapping[date, tuple[str, ...]]
    now: Mapping[date, Fingerprints]
    rows: Mapping[date, AbstractSet[str]]
    posts: Mapping[date, AbstractSet[str]]


@dataclass(frozen=True)
class DayPlan:
    """One report day: how it stands and why, from which sources its rows come, how many accounts stay unknown.

    `sources` counts the accounts that each source tells of. Deriving costs nothing: X is not asked.
    """

    day: date
    state: str
    reason: str
    sources: tuple[tuple[str, int], ...]
    unknown_count: int
    is_run: bool
    cost_usd: float = 0.0


def backfill_plan(
    root: DataRoot, days: Days, parameters: FreshnessParameters, request: PlanRequest, observed: pd.DataFrame
) -> list[DayPlan]:
    """The plan of every day; `observed` are the `read_observed_days`."""
    every = each_day(days)
    now = day_fingerprints(root, every, parameters)
    rows, posts = _published_accounts(root, ACCOUNT_DAILY, days), _published_accounts(root, POST_ENGAGEMENT, days)
    state = LedgerState(read_ledger(root, every), report_days(root), now, rows, posts)
    return day_plans(every, observed, state, request)


def _published_accounts(root: DataRoot, table: Table, days: Days) -> dict[date, set[str]]:
    """The accounts with a row of the report table, by day."""
    rows = frame(Tables(root).latest(table, Selection(columns=("account_id", table.day_column), days=days)))
    accounts = rows["account_id"].to_numpy(dtype=object)
    of_day = rows.groupby(table.day_column).indices
    return {pd.Timestamp(str(day)).date(): set(accounts[places]) for day, places in of_day.items()}


def day_plans(days: Sequence[date], observed: pd.DataFrame, state: LedgerState, request: PlanRequest) -> list[DayPlan]:
    """One plan per day. `observed` has rows of account, report_date and the source that tells of it, null for none."""
    if request.accounts is not None:
        observed = observed[observed["account_id"].isin(list(request.accounts))]
    # Sets are made of plain objects: each text of another kind would be made into one first.
    observed = observed.astype({"account_id": object})
    counted = observed[observed["source"] != MATURITY]
    told = observed.groupby(["report_date", "source"], sort=True)["account_id"].nunique()
    sources: dict[date, list[tuple[str, int]]] = {}
    for at, source, count in told.reset_index().itertuples(index=False):
        sources.setdefault(at.date(), []).append((str(source), int(count)))
    spans = counted.groupby("account_id", sort=True)["report_date"].agg(["min", "max"])
    observations = _Observations(
        sources=sources,
        seen=counted.dropna(subset=["source"]).groupby("report_date")["account_id"].nunique(),
        spans=spans.set_axis(spans.index.astype(object)),
        matured=observed[observed["source"] == MATURITY].groupby("report_date")["account_id"].agg(set),
        known=set(observed.dropna(subset=["source"])["account_id"]),
    )
    return [_day_plan(day, observations, state, request) for day in days]


@dataclass(frozen=True)
class _Observations:
    sources: Mapping[date, Sequence[tuple[str, int]]]
    seen: pd.Series
    spans: pd.DataFrame
    matured: pd.Series
    known: set[str]

    def expected(self, day: pd.Timestamp) -> set[str]:
        """Accounts with a row of `account_daily` on the day: from their first observed day to their last."""
        is_within = (self.spans["min"] <= day) & (self.spans["max"] >= day)
        return set(self.spans.index[is_within.to_numpy(dtype=np.bool_)])


def _day_plan(day: date, observations: _Observations, state: LedgerState, request: PlanRequest) -> DayPlan:
    at = pd.Timestamp(day)
    expected = observations.expected(at)
    matured = observations.matured.get(at, set())
    reported = expected | matured
    if not reported:
        return DayPlan(day, UNKNOWABLE, NOT_YET if day == request.today else NEVER_ASKED, (), 0, is_run=False)
    is_whole = not (expected & observations.known) - state.rows.get(day, set()) and not matured - state.posts.get(
        day, set()
    )
    standing, reason = _standing(day, reported, state, is_whole=is_whole)
    sources = tuple(observations.sources.get(day, ()))
    unknown = len(expected) - int(observations.seen.get(at, 0))
    return DayPlan(day, standing, reason, sources, unknown, is_run=request.is_forced or standing != REPORTED)


def _standing(day: date, expected: AbstractSet[str], state: LedgerState, *, is_whole: bool) -> tuple[str, str]:
    """How the day stands: `expected` accounts are told of on it, and it is whole where all have the rows they should.

    An account that is seen again after some days has rows of the days between, and one whose old posts were read has
    rows of the days on which these matured: both rest on what the days did before.
    """
    record = state.records.get(day)
    if record is None or not record.is_derived:
        return MISSING, NEVER_DERIVED
    if lost := set(record.tables) - set(state.published.get(day, ())):
        return MISSING, f"its file is gone: {', '.join(sorted(lost))}"
    rests_on = {record.of(account) for account in expected}
    if None in rests_on or not is_whole:
        return MISSING, "not derived for every account"
    changed = _changed(rests_on, state.now[day])
    return (STALE, f"{' and '.join(changed)} changed") if changed else (REPORTED, "up to date")


def _changed(rests_on: Iterable[Fingerprints | None], now: Fingerprints) -> list[str]:
    then = [entry for entry in rests_on if entry]
    return [name for name in ("code", "config", "inputs") if any(getattr(e, name) != getattr(now, name) for e in then)]


def ranges_to_derive(plans: Sequence[DayPlan], *, newest_first: bool) -> list[Days]:
    """Ranges of days to derive together, since each one judges everything observed once: cut at months without work.

    A range reaches from its first day to run to its last one.
    A day between two of them that is up to date is derived again, to the same bytes.
    """
    days = sorted(plan.day for plan in plans if plan.is_run)
    cuts = [place for place, (before, day) in enumerate(pairwise(days), 1) if _month(day) - _month(before) > 1]
    bounds = [0, *cuts, len(days)] if days else []
    found = [(days[start], days[stop - 1]) for start, stop in pairwise(bounds)]
    return found[::-1] if newest_first else found


def _month(day: date) -> int:
    return 12 * day.year + day.month


def plan_lines(plans: Sequence[DayPlan]) -> list[dict[str, str | int | float]]:
    """The plan for people: days in a row that are alike stand in one line."""
    return [_line(list(group)) for group in _alike(plans)]


def _alike(plans: Sequence[DayPlan]) -> Iterator[list[DayPlan]]:
    group: list[DayPlan] = []
    for plan in plans:
        if group and (_alike_key(group[-1]) != _alike_key(plan) or plan.day - group[-1].day != timedelta(days=1)):
            yield group
            group = []
        group.append(plan)
    if group:
        yield group


def _alike_key(plan: DayPlan) -> tuple[object, ...]:
    return plan.state, plan.reason, plan.sources, plan.unknown_count, plan.is_run


def _line(group: Sequence[DayPlan]) -> dict[str, str | int | float]:
    first, last = group[0], group[-1]
    return {
        "days": f"{first.day}" if first == last else f"{first.day} to {last.day}",
        "number": len(group),
        "state": first.state,
        "why": first.reason,
        "from": ", ".join(f"{name} ({count})" for name, count in first.sources) or "-",
        "accounts nobody observed": first.unknown_count,
        "will run": "yes" if first.is_run else "no",
        "cost in USD": sum(plan.cost_usd for plan in group),
    }


def count_states(plans: Iterable[DayPlan]) -> str:
    """How many days there are of each state, in words."""
    states = [plan.state for plan in plans]
    counts = {state: states.count(state) for state in (REPORTED, MISSING, STALE, UNKNOWABLE)}
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no day"

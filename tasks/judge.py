"""Judges everything observed: when counts left their own past, by how many, and what explains it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pyarrow as pa
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from tasks.datasets.rosters import count_daily_arrivals, read_rosters
from tasks.datasets.staged_inputs import read_staged_inputs
from tasks.divergence.next_reading import add_prices
from tasks.followers.report import MemberParameters
from tasks.metrics.engagers import add_action_dates
from tasks.reports.account_days import add_handles
from tasks.reports.account_summary import LEVEL_INPUTS, event_levels
from tasks.reports.anchor import ANCHOR_INPUTS, ANCHORED_COLUMNS, anchored_pace, close_events
from tasks.reports.counterfactual import (
    COUNTERFACTUAL_COLUMNS,
    COUNTERFACTUAL_INPUTS,
    CounterfactualInputs,
    counterfactual,
    find_changed_days,
)
from tasks.reports.daily import MeasureParameters
from tasks.reports.inputs import StagedInputs, provisional_id
from tasks.reports.judgement import (
    JudgementDays,
    JudgementParameters,
    JudgementReports,
    JudgeRequest,
    PriorVerdicts,
    community_lists,
    find_member_changes,
    judgement_reports,
    select_new_verdicts,
)
from tasks.schema.arrays import DAY_KEY
from tasks.schema.frames import arrow, frame, in_order, with_columns
from tasks.schema.judgement_tables import (
    COMMUNITY_MEMBERS,
    DIVERGENCE_EVENTS,
    JUDGEMENT_TABLES,
    LIST_PROFILES,
    SHARED_DAYS,
)
from tasks.schema.months import Days, is_within, months
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.retrospective_tables import PAST_BLOCKS
from tasks.schema.staged import VERDICTS
from tasks.store.layout import day_batch
from tasks.store.parquet import Selection
from tasks.store.tables import Tables

_NOBODY = Selection(days=(date.min, date.min))
"""Followers are judged as they are read, account by account; a frame of all of them would be too long."""
_COUNTED = "engagers_count_28d"
_MEMBER_COLUMNS = ("account_id", "report_date", "member_id", "unexplained_probability")


@dataclass(frozen=True)
class JudgeSettings:
    """The parameters of the judgement, and the secret that makes pseudonyms.

    `lists_days` are those whose follower lists were searched in this run.
    `follower_usd` is what a follower costs, by the handles whose followers can be bought, and `author_usd` who wrote a
    mention, by those whose mentions are read without their authors.
    """

    parameters: JudgementParameters
    secret: SecretStr
    lists_days: Days
    follower_usd: Mapping[str, Decimal]
    author_usd: Mapping[str, Decimal]


@task(cache_policy=NO_CACHE)
def judge(tables: Tables, judging: JudgeSettings, accounts: Mapping[str, str], days: Days) -> JudgementDays:
    """The judged rows of these accounts, left as work files for `report`; gives the days in them.

    `accounts` are handles by id.
    All accounts are judged together, because a purge shows itself by hitting several.
    What is said of an event for the first time, or otherwise than before, is kept: it cannot be derived again.
    A verdict may change what was published of other days than these: they are then added.
    """
    inputs = read_staged_inputs(tables, arrivals=_NOBODY)
    inputs = replace(inputs, arrival_counts=count_daily_arrivals(tables, inputs.ids))
    as_of = _last_day(inputs)
    before = Selection(days=(date.min, (as_of - pd.Timedelta(days=1)).date()))
    earlier = frame(tables.staged(VERDICTS, before))
    parameters, secret = judging.parameters, judging.secret.get_secret_value()
    active_days = parameters.counterfactual.active_days
    blocks = _blocks(tables, judging, accounts)
    request = JudgeRequest(as_of, parameters.judge, active_days, blocks, parameters.annotations)
    reports = judgement_reports(inputs, read_rosters(tables, inputs.ids), request, PriorVerdicts(earlier, secret))
    members_days = _members_days(tables, reports, accounts, days)
    members = MemberParameters(parameters.measures.community.core_days_count, secret)
    tables.clear_work(COMMUNITY_MEMBERS)
    named = _named_days(tables, days)
    acts = add_action_dates(inputs.engagements)
    for span in months(members_days):
        lists = community_lists(acts, reports, pd.date_range(*span), members)
        lists = add_handles(_on_known_days(lists, named), "report_date", named)
        tables.write_work(COMMUNITY_MEMBERS, arrow(COMMUNITY_MEMBERS, _of_accounts(lists, accounts)), span)
    known = CounterfactualInputs(
        events=reports.tables[DIVERGENCE_EVENTS.name],
        followers=reports.followers,
        posting=reports.posting,
        departures=inputs.departures,
        judged_days=reports.judged_days,
        minimum_days=parameters.judge.events.clearing_days,
    )
    judged = _judged_days(tables, known, parameters.measures, accounts, days)
    closed = close_events(known.events, judged.closings)
    prices = [_by_account(usd, accounts) for usd in (judging.follower_usd, judging.author_usd)]
    reports.tables[DIVERGENCE_EVENTS.name] = add_prices(event_levels(closed, judged.levels), *prices)
    for table in (table for table in JUDGEMENT_TABLES if table is not COMMUNITY_MEMBERS):
        rows = _of_accounts(reports.tables[table.name], accounts)
        tables.write_work(table, arrow(table, rows.assign(handle=rows["account_id"].map(accounts))))
    tables.write_work(LIST_PROFILES, arrow(LIST_PROFILES, reports.lists))
    tables.write_work(SHARED_DAYS, arrow(SHARED_DAYS, reports.shared_days))
    news = select_new_verdicts(reports.tables[DIVERGENCE_EVENTS.name], earlier)
    tables.write_batch(day_batch(as_of.date()), {VERDICTS: arrow(VERDICTS, news)})
    for month in months(judged.span):
        _complete_month(tables, judged.days[is_within(judged.days["report_date"], month)], accounts, month, days)
    return JudgementDays(judged.span, members_days)


def _by_account(usd: Mapping[str, Decimal], accounts: Mapping[str, str]) -> dict[str, float]:
    """Prices by the id of the account instead of its handle."""
    return {account: float(usd[name.lower()]) for account, name in accounts.items() if name.lower() in usd}


def _named_days(tables: Tables, days: Days) -> pd.DataFrame:
    """The measured and the other published days of all accounts with their handles, sorted."""
    names = Selection(columns=(*DAY_KEY, "handle", _COUNTED))
    measured, others = frame(tables.read_work(ACCOUNT_DAILY, days, names)), frame(tables.history(ACCOUNT_DAILY, names))
    every = pd.concat([measured, others]).drop_duplicates(DAY_KEY)
    return every.sort_values(DAY_KEY, kind="stable", ignore_index=True)


def _on_known_days(lists: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """The people of the days on which it is known how many engaged: of others a list would be a part."""
    known = named.loc[named[_COUNTED].notna(), DAY_KEY]
    return lists.merge(known, on=DAY_KEY)


def _blocks(tables: Tables, judging: JudgeSettings, accounts: Mapping[str, str]) -> pd.DataFrame:
    """The blocks of all lists: those that this run found, and the published ones of accounts and days it left alone."""
    published = frame(tables.latest(PAST_BLOCKS))
    known = [*accounts, *map(provisional_id, accounts.values())]
    is_new = published["account_id"].isin(known) & is_within(published["list_date"], judging.lists_days)
    return pd.concat([published[~is_new], frame(tables.read_work(PAST_BLOCKS))], ignore_index=True)


def _of_accounts(rows: pd.DataFrame, accounts: Mapping[str, str]) -> pd.DataFrame:
    return rows[rows["account_id"].isin(list(accounts))]


def _members_days(tables: Tables, reports: JudgementReports, accounts: Mapping[str, str], chosen: Days) -> Days:
    """The chosen days, and those between them and lists on which a member is judged otherwise."""
    published = frame(tables.history(COMMUNITY_MEMBERS, Selection(columns=_MEMBER_COLUMNS)))
    days = find_member_changes(_of_accounts(published, accounts), reports.followers)
    first, last = chosen
    return (first, last) if days.empty else (min(first, days.min().date()), max(last, days.max().date()))


@dataclass(frozen=True)
class _JudgedDays:
    """The judged columns of all days, those of which they are new or were published otherwise, and closed events.

    `levels` are what an event's account is compared by, day by day.
    """

    days: pd.DataFrame
    span: Days
    closings: pd.DataFrame
    levels: pd.DataFrame


def _judged_days(
    tables: Tables, known: CounterfactualInputs, measures: MeasureParameters, accounts: Mapping[str, str], days: Days
) -> _JudgedDays:
    """Fill the judged columns of the measured days, and add other days of which they were published otherwise."""
    columns = (*COUNTERFACTUAL_COLUMNS, *ANCHORED_COLUMNS)
    needed = Selection(
        columns=tuple(dict.fromkeys((*DAY_KEY, *COUNTERFACTUAL_INPUTS, *ANCHOR_INPUTS, *LEVEL_INPUTS, *columns)))
    )
    measured = frame(tables.read_work(ACCOUNT_DAILY, days, needed))
    others = _of_accounts(frame(tables.history(ACCOUNT_DAILY, needed)), accounts)
    every = pd.concat([measured, others[~is_within(others["report_date"], days)]], ignore_index=True)
    every = every.sort_values(DAY_KEY, kind="stable", ignore_index=True)
    anchored = anchored_pace(every, known.events, measures)
    filled = counterfactual(every, known, measures.vanity).merge(anchored.days, on=DAY_KEY, validate="1:1")
    is_other = ~is_within(filled["report_date"], days)
    now, before = (rows[is_other].reset_index(drop=True) for rows in (filled, every))
    changed = find_changed_days(now, before, columns)
    span = days if not changed else (min(days[0], changed[0].date()), max(days[1], changed[1].date()))
    return _JudgedDays(filled, span, anchored.closings, every[list(LEVEL_INPUTS)])


def _complete_month(
    tables: Tables, filled: pd.DataFrame, accounts: Mapping[str, str], month: Days, measured_days: Days
) -> None:
    """The judged columns in a month's rows: those that were measured, and of other days those that are published."""
    measured = tables.read_work(ACCOUNT_DAILY, month)
    is_measured = is_within(filled["report_date"], measured_days)
    rows = [with_columns(ACCOUNT_DAILY, measured, filled[is_measured])]
    if not (measured_days[0] <= month[0] and month[1] <= measured_days[1]):
        rows += _other_days(tables, filled[~is_measured], accounts, month, measured_days)
    tables.write_work(ACCOUNT_DAILY, in_order(ACCOUNT_DAILY, pa.concat_tables(rows)), month)


def _other_days(
    tables: Tables, filled: pd.DataFrame, accounts: Mapping[str, str], month: Days, measured_days: Days
) -> list[pa.Table]:
    """The published rows of a month's unmeasured days as they are judged now, and those under provisional ids."""
    published = in_order(ACCOUNT_DAILY, tables.history(ACCOUNT_DAILY, Selection(days=month)))
    keys = frame(published.select(DAY_KEY)).reset_index()
    keys = keys[~is_within(keys["report_date"], measured_days)]
    place = keys.merge(filled[DAY_KEY], on=DAY_KEY)["index"]
    # An account that is known by its handle alone is none that joins another.
    joined = {provisional_id(handle) for handle in accounts.values()} - accounts.keys()
    provisional = keys.loc[keys["account_id"].isin(joined), "index"]
    return [
        with_columns(ACCOUNT_DAILY, published.take(pa.array(place.to_numpy())), filled),
        published.take(pa.array(provisional.to_numpy())),
    ]


def _last_day(inputs: StagedInputs) -> pd.Timestamp:
    read = (inputs.snapshots["snapshot_date"], inputs.posts["snapshot_date"])
    days = (*read, inputs.activity["activity_date"], inputs.lists["list_date"])
    last: pd.Timestamp = pd.concat(days).max()
    return last

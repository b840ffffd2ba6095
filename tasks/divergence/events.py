"""Jumps, drips, drops and readings that come back, as one row per event."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from tasks.divergence.expectation import ExpectationParameters, expect_arrivals, span_total
from tasks.divergence.grid import DailyGrid, Grid
from tasks.divergence.shared_days import SharedDays, SharedParameters, find_shared_days
from tasks.divergence.shock import Marks, Series, ShockParameters, mark_days, narrow_rates, profile_rates
from tasks.divergence.spans import Span, runs, waves
from tasks.schema.columns.divergence import RISES
from tasks.schema.ranges import DayCount, PositiveDayCount, Share


@dataclass(frozen=True)
class EventParameters:
    """How marked days become events: config/model.toml, [judge.events]."""

    clearing_days: PositiveDayCount
    merge_gap_days: DayCount
    jump_days: PositiveDayCount
    jump_share: Share
    return_days: PositiveDayCount
    reversal_history_days: DayCount
    return_tolerance_share: Share
    confirmed_share: Share
    shock: ShockParameters
    expected: ExpectationParameters
    shared: SharedParameters


@dataclass(frozen=True)
class EventRow:
    """One event as found in the grid."""

    row: int
    first: int
    last: int
    kind: str
    is_from_list: bool
    observed_count: float
    expected_count: float
    expected_low_count: float
    expected_high_count: float
    before_followers_count: float
    z: float


@dataclass(frozen=True)
class GridScan:
    """Both series of the grid with what stood out in them."""

    grid: DailyGrid
    net: Series
    net_marks: Marks
    gross: Series
    gross_marks: Marks
    turn_marks: Marks
    shared: SharedDays


def scan_grid(grid: DailyGrid, parameters: EventParameters, received: Grid | None = None) -> GridScan:
    """The changes of the count and the arrivals in the list, each judged against its own past.

    `received` is what own posts received a day before the first count, NaN where they were not read.
    A reading that comes back is borne out by what follows it, so its marks need fewer days before it.
    """
    shock = parameters.shock
    turn = replace(shock, minimum_history_days=parameters.reversal_history_days, drip_windows=())
    by_profile = profile_rates(grid.followers, grid.age_days, shock)
    unread = np.full(len(by_profile), np.nan)
    usual = narrow_rates(by_profile, unread if received is None else received, shock)
    net = Series(grid.change, grid.change_span, grid.followers, *usual)
    gross = Series(grid.arrived, grid.arrived_span, grid.followers, *usual)
    net_marks = mark_days(net, shock)
    shared = find_shared_days(net_marks.z, parameters.shared)
    return GridScan(grid, net, net_marks, gross, mark_days(gross, shock), mark_days(net, turn), shared)


def select_events(scanned: GridScan, parameters: EventParameters) -> pd.DataFrame:
    """One row per event: row and days in the grid, kind, what was observed and what was expected without it.

    Kinds: `jump` (`jump_days` days hold `jump_share` of it), `drip` (a slower rise), `drop`,
    and `reversal` (a reading that comes back).
    On a day on which many accounts fell, a fall of any size is a drop.
    Rises are taken from the list where it was read; a rise of the count alone stands with `is_from_list` false.
    """
    grid = scanned.grid
    found = [event for event in _found(scanned, parameters) if _stands(event)]
    rows = pd.DataFrame([asdict(event) for event in found], columns=list(EventRow.__dataclass_fields__))
    rows = rows.sort_values(["row", "first", "kind"], ignore_index=True)
    return rows.assign(
        account_id=grid.accounts[rows["row"].to_numpy(dtype=np.int64)],
        first_date=grid.date(rows["first"].to_numpy(dtype=np.int64)),
        last_date=grid.date(rows["last"].to_numpy(dtype=np.int64)),
    )


def judged_days(scanned: GridScan) -> pd.DataFrame:
    """The days whose change was judged, with the smallest rises that would have been events on them.

    By the count where it is known, else by the arrivals that an export states.
    """
    net, gross = scanned.net_marks, scanned.gross_marks
    jump = np.where(np.isnan(net.least_jump), gross.least_jump, net.least_jump)
    drip = np.where(np.isnan(net.least_jump), gross.least_drip, net.least_drip)
    row, day = np.nonzero(~np.isnan(jump))
    return pd.DataFrame(
        {
            "account_id": scanned.grid.accounts[row],
            "report_date": scanned.grid.date(day.astype(np.int64)),
            "detectable_jump_followers_delta": np.maximum(np.ceil(jump[row, day]), 0.0),
            "detectable_drip_followers_delta": np.maximum(np.ceil(drip[row, day]), 0.0),
        }
    )


def _stands(event: EventRow) -> bool:
    """A rise within what would have come anyway is none; without an expectation it stands, to be seen."""
    is_rise = event.kind in RISES
    return not (is_rise and event.observed_count <= event.expected_high_count)


def _found(scanned: GridScan, parameters: EventParameters) -> Iterator[EventRow]:
    taken = np.zeros(scanned.grid.shape, dtype=bool)
    for span in _reversals(scanned, parameters):
        taken[span.row, span.first : span.last + 2] = True
        yield _event(scanned, span, "reversal", is_from_list=False, parameters=parameters)
    for span in _rises(scanned.gross, scanned.gross_marks, parameters):
        taken[span.row, max(span.first - 1, 0) : span.last + 2] = True
        kind = _rise_kind(scanned.gross, span, parameters)
        yield _event(scanned, span, kind, is_from_list=True, parameters=parameters)
    for span in _rises(scanned.net, scanned.net_marks, parameters):
        if not taken[span.row, span.first : span.last + 1].any():
            kind = _rise_kind(scanned.net, span, parameters)
            yield _event(scanned, span, kind, is_from_list=False, parameters=parameters)
    for span in runs((scanned.net_marks.direction < 0) | scanned.shared.falls, 1):
        if not taken[span.row, span.first : span.last + 1].any():
            yield _event(scanned, span, "drop", is_from_list=False, parameters=parameters)


def _rises(series: Series, found: Marks, parameters: EventParameters) -> Iterator[Span]:
    for run in runs(found.marked, parameters.merge_gap_days):
        yield from waves(series, found, run, parameters.shock)


def _rise_kind(series: Series, span: Span, parameters: EventParameters) -> str:
    """A jump where few days hold most of it, else a drip."""
    values = np.nan_to_num(series.changes[span.row, span.first : span.last + 1])
    largest = np.sort(values)[::-1][: parameters.jump_days].sum()
    return "jump" if largest >= parameters.jump_share * values.sum() else "drip"


def _reversals(scanned: GridScan, parameters: EventParameters) -> Iterator[Span]:
    """Runs of shocks both ways after which the count stands where it would have stood."""
    for run in runs(scanned.turn_marks.direction != 0, parameters.return_days):
        signs = scanned.turn_marks.direction[run.row, run.first : run.last + 1]
        if (signs > 0).any() and (signs < 0).any() and _comes_back(scanned, run, parameters):
            yield Span(run.row, run.first, run.last - 1)


def _comes_back(scanned: GridScan, run: Span, parameters: EventParameters) -> bool:
    days = slice(run.first, run.last + 1)
    usual = scanned.turn_marks.usual[run.row, run.first]
    moved = np.nancumsum(scanned.net.changes[run.row, days] - usual * scanned.net.spans[run.row, days])
    peak = float(np.abs(moved).max())
    listed = float(np.nansum(scanned.gross.changes[run.row, days]))
    is_confirmed = listed >= parameters.confirmed_share * peak
    return bool(abs(moved[-1]) <= parameters.return_tolerance_share * peak and not is_confirmed)


def _event(scanned: GridScan, span: Span, kind: str, *, is_from_list: bool, parameters: EventParameters) -> EventRow:
    series = scanned.gross if is_from_list else scanned.net
    found = scanned.gross_marks if is_from_list else scanned.net_marks
    without = expect_arrivals(series, found.clean, span, parameters.expected, parameters.shock)
    return EventRow(
        row=span.row,
        first=span.first,
        last=span.last,
        kind=kind,
        is_from_list=is_from_list,
        observed_count=_peak(series, span) if kind == "reversal" else span_total(series.changes, span),
        expected_count=without.count,
        expected_low_count=without.low,
        expected_high_count=without.high,
        before_followers_count=_followers_before(scanned.grid, span),
        z=float(np.nanmax(np.abs(found.z[span.row, span.first : span.last + 1]), initial=0.0)),
    )


def _peak(series: Series, span: Span) -> float:
    """The farthest that the count stood from where it began."""
    moved = np.nancumsum(series.changes[span.row, span.first : span.last + 1])
    return float(moved[np.abs(moved).argmax()])


def _followers_before(grid: DailyGrid, span: Span) -> float:
    before = grid.followers[span.row, : span.first]
    known = before[~np.isnan(before)]
    return float(known[-1]) if len(known) else float("nan")

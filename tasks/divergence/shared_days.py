"""Days on which many accounts left their own past in one direction: what moves them all is not about any of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from tasks.divergence.grid import DailyGrid, Grid
from tasks.schema.arrays import BoolArray
from tasks.schema.columns.divergence import RISES
from tasks.schema.columns.shared_days import DIRECTIONS, SHARED_DAY_COLUMNS
from tasks.schema.ranges import DayCount, PositiveCount, Probability, Share, Spreads

_COVERAGE = 0.9


@dataclass(frozen=True)
class SharedParameters:
    """When a day is shared: config/model.toml, [judge.events.shared]."""

    z: Spreads
    least_accounts_count: PositiveCount
    least_share: Share
    usual_share: Probability
    chance: Probability
    apart_days: DayCount


@dataclass(frozen=True)
class SharedDays:
    """Which accounts fell and rose beyond their own past on which day, and on which days many did.

    `judged`: accounts x days with a past to leave; `moved`: the same by direction, "fall" and "rise";
    `is_shared`: days by direction.
    """

    judged: BoolArray
    moved: dict[str, BoolArray]
    is_shared: dict[str, BoolArray]
    parameters: SharedParameters

    @property
    def falls(self) -> BoolArray:
        """Accounts x days: a fall on a day on which many fell, however small."""
        return np.asarray(self.moved["fall"] & self.is_shared["fall"][None, :])

    def others_share(self, events: pd.DataFrame, direction: str) -> Grid:
        """Share of the other judged accounts that moved in the direction on the events' days or `apart_days` beside.

        Only days that are shared count, so one of four that rises by chance is 0.
        NaN for an event of the other direction, and with fewer others than `least_accounts_count` - 1.
        """
        is_drop = (events["kind"] == "drop").to_numpy()
        asked = is_drop if direction == "fall" else events["kind"].isin(RISES).to_numpy()
        first, last, row = (events[name].to_numpy(dtype=np.int64) for name in ("first", "last", "row"))
        shares = np.full(len(events), np.nan)
        for event in np.flatnonzero(asked):
            days = slice(
                max(first[event] - self.parameters.apart_days, 0), last[event] + self.parameters.apart_days + 1
            )
            others = np.arange(len(self.judged)) != row[event]
            judged = self.judged[others, days]
            if judged.any(axis=1).sum() >= self.parameters.least_accounts_count - 1:
                by_day = self.moved[direction][others, days].sum(axis=0) / np.maximum(judged.sum(axis=0), 1)
                shares[event] = (by_day * self.is_shared[direction][days]).max()
        return shares


def find_shared_days(z: Grid, parameters: SharedParameters) -> SharedDays:
    """The shared days of accounts whose changes lie `z` spreads from their own past; NaN where there is none.

    A day is shared in a direction when at least `least_accounts_count` accounts are judged, `least_share` of them
    moved so, and as many would do so by chance with a probability below `chance` (binomial), if each did as often as
    on the other days, at least `usual_share`.
    """
    judged = ~np.isnan(z)
    known = np.nan_to_num(z)
    moved = {"fall": known < -parameters.z, "rise": known > parameters.z}
    is_shared = {direction: _is_shared(judged, moved[direction], parameters) for direction in DIRECTIONS}
    return SharedDays(judged, moved, is_shared, parameters)


def _is_shared(judged: BoolArray, moved: BoolArray, parameters: SharedParameters) -> BoolArray:
    accounts, moving = judged.sum(axis=0), moved.sum(axis=0)
    others = np.maximum(accounts.sum() - accounts, 1)
    usual = np.maximum((moving.sum() - moving) / others, parameters.usual_share)
    is_many = moving >= parameters.least_share * accounts
    by_chance = special.bdtrc(moving - 1, accounts, np.minimum(usual, 1.0))
    return np.asarray((accounts >= parameters.least_accounts_count) & is_many & (by_chance < parameters.chance))


def shared_days_table(grid: DailyGrid, usual: Grid, shared: SharedDays) -> pd.DataFrame:
    """Rows of `shared_days`: how many moved, and the median of their changes beyond the usual with its interval.

    A change is a share of the count before it. The interval is that of order statistics: it holds the median of what
    such accounts do with 90 %, whatever its distribution.
    """
    before = grid.followers - grid.change
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (grid.change - usual * grid.change_span) / np.where(before > 0, before, np.nan)
    rows = [
        (grid.date(np.array([day]))[0], direction, *_moves(share[:, day], shared, direction, int(day)))
        for direction in DIRECTIONS
        for day in np.flatnonzero(shared.is_shared[direction])
    ]
    names = [column.name for column in SHARED_DAY_COLUMNS]
    return pd.DataFrame(rows, columns=names).sort_values(["shared_date", "direction"], ignore_index=True)


def _moves(share: Grid, shared: SharedDays, direction: str, day: int) -> tuple[float, ...]:
    moved = shared.moved[direction][:, day]
    values = np.sort(share[moved & ~np.isnan(share)])
    chances = special.bdtr(np.arange(len(values) + 1), len(values), 0.5)
    low = int(np.searchsorted(chances, (1 - _COVERAGE) / 2))
    middle, ends = float(np.median(values)), (values[max(low - 1, 0)], values[min(len(values) - low, len(values) - 1)])
    return int(shared.judged[:, day].sum()), int(moved.sum()), middle, *map(float, ends)

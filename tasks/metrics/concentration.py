"""How many engagers took one, two, three ... actions in the window of each day, and how concentrated that is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.metrics.days import Calendar
from tasks.metrics.engagers import clamp_rows
from tasks.metrics.rates import quotient
from tasks.schema.arrays import FloatArray, IntArray

CELLS = 4_000_000
"""Days times action counts that are laid out at once: 32 MB."""


@dataclass(frozen=True)
class _Moves:
    """Every change of an actor's number of actions in the window: at which row, from how many to how many."""

    row: IntArray
    before: IntArray
    after: IntArray


def concentration(
    account: IntArray, actor: IntArray, day: IntArray, days: Calendar, window_days: int
) -> dict[str, FloatArray]:
    """Gini, effective number and top share of the engagers of each row asked for; NaN where nobody engaged.

    `account`, `actor` and `day` are those of the distinct actions, ascending by actor and day.
    """
    moves = _moves(account, actor, day, days, window_days)
    parts = [_concentration(rows) for rows in _histograms(moves, len(days.day))]
    names = ("engagement_gini", "effective_engagers", "top_engager_share")
    if not parts:
        return {name: np.full(len(days.asked), np.nan) for name in names}
    return {name: np.concatenate([part[place] for part in parts])[days.asked] for place, name in enumerate(names)}


def _moves(account: IntArray, actor: IntArray, day: IntArray, days: Calendar, window_days: int) -> _Moves:
    step = np.repeat([1, -1], len(day))
    moment = np.concatenate([day, day + window_days])
    account, actor = np.tile(account, 2), np.tile(actor, 2)
    order = np.lexsort((step, moment, actor))
    running = np.cumsum(step[order])
    return _Moves(clamp_rows(days, account[order], moment[order]), running - step[order], running)


def _histograms(moves: _Moves, rows: int) -> Iterator[FloatArray]:
    width = int(max(moves.before.max(initial=0), moves.after.max(initial=0))) + 1
    height = max(1, CELLS // width)
    order = np.argsort(moves.row, kind="stable")
    row, before, after = moves.row[order], moves.before[order], moves.after[order]
    carried = np.zeros(width)
    for top in range(0, rows, height):
        bottom = min(top + height, rows)
        mine = slice(*np.searchsorted(row, [top, bottom]))
        change = _tally(row[mine] - top, after[mine], bottom - top, width)
        change -= _tally(row[mine] - top, before[mine], bottom - top, width)
        change[0] += carried
        histogram = np.cumsum(change, axis=0)
        carried = histogram[-1]
        yield histogram


def _tally(row: IntArray, count: IntArray, height: int, width: int) -> FloatArray:
    cells = np.bincount(row * width + count, minlength=height * width)
    return cells.reshape(height, width).astype(np.float64)


def _concentration(histogram: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    actors = histogram[:, 1:]
    count = np.arange(1, histogram.shape[1])
    people, actions = actors.sum(axis=1), actors @ count
    ranked = np.cumsum(actors, axis=1)
    ranks = actors * (2 * ranked - actors + 1) / 2
    gini = quotient(2 * (ranks @ count), people * actions) - quotient(people + 1, people)
    effective = quotient(actions**2, actors @ count**2)
    highest = ((actors > 0) * count).max(axis=1, initial=0)
    return np.asarray(gini), np.asarray(effective), np.asarray(quotient(highest.astype(float), actions))

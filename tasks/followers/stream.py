"""Followers judged some accounts at a time: what is said of an account rests on its own followers alone."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from tasks.followers.cohort import cohort, reference
from tasks.followers.cohorts import AudienceParameters, CohortComparison, FollowUp, compare_cohorts
from tasks.followers.order import order_figures, without_order
from tasks.followers.roster import Roster, empty_roster, join_parts, outline_roster, take_followers
from tasks.schema.arrays import IntArray

TEXTS = ("account_id", "judgement_reasons")
"""Texts of few kinds: until all are joined, they are categories."""


_Given = TypeVar("_Given")
_Done = TypeVar("_Done")
Note = Callable[[Roster, pd.DataFrame], pd.DataFrame]
"""What is noted of a roster, and of those in it who arrived in an event (`Comparison.members`), before it is left."""


@dataclass(frozen=True)
class StreamParameters:
    """Numbers of the comparison, and the share of violations above which order is not used."""

    compared: AudienceParameters
    largest_violation_share: float


@dataclass(frozen=True)
class Audience:
    """The audit of order of every follower list, the cohorts of all events, and what else was noted, note by note."""

    order: pd.DataFrame
    compared: CohortComparison
    noted: tuple[pd.DataFrame, ...]


def audience(
    rosters: Iterable[Roster],
    events: pd.DataFrame,
    afterwards: FollowUp,
    parameters: StreamParameters,
    notes: Sequence[Note] = (),
) -> Audience:
    """Order, cohorts and notes of rosters in the order of their accounts.

    A roster holds whole accounts, or a part of one account that the next goes on with.
    The same figures and members as `compare_cohorts` of one roster of all, but only few rosters are held at a time,
    and of a parted account only those whom an event concerns, and an outline of the others, which is what is noted.
    """
    asked = _Asked(events.reset_index(drop=True), afterwards)
    nobody = empty_roster()
    audits, found = [order_figures(nobody, 1.0)], []
    noted: list[list[pd.DataFrame]] = [[note(nobody, _nobody_judged(asked, parameters))] for note in notes]
    is_left = np.ones(len(events), dtype=bool)

    def one(listed: _Listed) -> tuple[pd.DataFrame, CohortComparison, list[pd.DataFrame]]:
        audit = order_figures(listed.everybody, parameters.largest_violation_share)
        trusted = without_order(listed.concerned, audit)
        compared = asked.compared(trusted, asked.places(trusted), parameters.compared)
        everybody = trusted if listed.concerned is listed.everybody else listed.everybody
        return audit, compared, [note(everybody, compared.members) for note in notes]

    for audit, compared, said in side_by_side(one, _whole(rosters, asked, parameters.compared.reference_size)):
        audits.append(audit)
        found.append(compared)
        is_left[compared.figures.index] = False
        for parts, part in zip(noted, said, strict=True):
            parts.append(part)
    found.append(asked.compared(nobody, np.flatnonzero(is_left), parameters.compared))
    return Audience(_end_to_end(audits), _joined(found), tuple(_end_to_end(parts) for parts in noted))


def _nobody_judged(asked: "_Asked", parameters: StreamParameters) -> pd.DataFrame:
    return asked.compared(empty_roster(), np.empty(0, dtype=np.int64), parameters.compared).members


def side_by_side(work: Callable[[_Given], _Done], items: Iterable[_Given]) -> Iterator[_Done]:
    """What the work makes of each item, in their order, two at a time: numpy lets go of the interpreter meanwhile."""
    with ThreadPoolExecutor(2) as workers:
        running: deque[Future[_Done]] = deque()
        for item in items:
            running.append(workers.submit(work, item))
            del item
            if len(running) == 2:  # noqa: PLR2004 - the two above
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@dataclass(frozen=True)
class _Listed:
    """Accounts that are whole: everybody in them, and those whom their events concern."""

    everybody: Roster
    concerned: Roster


def _whole(rosters: Iterable[Roster], asked: "_Asked", size: int) -> Iterator[_Listed]:
    """The rosters, with the parts of an account put together."""
    parts: list[_Listed] = []
    for roster in rosters:
        goes_on = bool(parts) and len(roster.accounts) == 1 and roster.accounts[0] == parts[0].everybody.accounts[0]
        if parts and not goes_on:
            yield _together(parts)
        # A roster of one account may be its first part; only the next one tells.
        if len(roster.accounts) == 1:
            if len(parts) == 1:
                parts[:] = [_cut(parts[0].everybody, asked, size)]
            parts.append(_cut(roster, asked, size) if parts else _Listed(roster, roster))
        else:
            yield _Listed(roster, roster)
        del roster
    if parts:
        yield _together(parts)


def _together(parts: list[_Listed]) -> _Listed:
    """The whole of the parts, which are left."""
    if len(parts) == 1:
        return parts.pop()
    everybody, concerned = [part.everybody for part in parts], [part.concerned for part in parts]
    parts.clear()
    return _Listed(join_parts(everybody), join_parts(concerned))


def _cut(part: Roster, asked: "_Asked", size: int) -> _Listed:
    """Of a part everybody in outline, and with profiles those who arrived in an event or stand before one."""
    events = asked.events.iloc[asked.places(part)]
    arrived = cohort(part, events)
    before = reference(part, events, arrived, size)
    is_concerned = np.zeros(len(part.account), dtype=bool)
    is_concerned[arrived.position] = True
    is_concerned[before.position] = True
    return _Listed(outline_roster(part), take_followers(part, np.flatnonzero(is_concerned)))


class _Asked:
    """All events and what happened after them, given out account by account."""

    def __init__(self, events: pd.DataFrame, afterwards: FollowUp) -> None:
        # Ids are looked up roster by roster: as plain objects they are not turned into such each time.
        self.events = events.astype({"account_id": object})
        self.afterwards = afterwards
        self.acts = _places(afterwards.engagements)
        self.gone = _places(afterwards.departures)

    def places(self, roster: Roster) -> IntArray:
        """Which events are of accounts of the roster."""
        return np.flatnonzero(roster.row(self.events["account_id"]) >= 0)

    def compared(self, roster: Roster, places: IntArray, parameters: AudienceParameters) -> CohortComparison:
        """The comparison of these events, under their numbers among all."""
        after = FollowUp(
            engagements=_of(self.afterwards.engagements, self.acts, roster.accounts),
            departures=_of(self.afterwards.departures, self.gone, roster.accounts),
            as_of=self.afterwards.as_of,
        )
        events = self.events.iloc[places].reset_index(drop=True)
        found = compare_cohorts(roster, events, after, parameters)
        members = found.members.assign(event=places[found.members["event"].to_numpy(dtype=np.int64)])
        return CohortComparison(found.figures.set_axis(places, axis=0), members)


def _places(rows: pd.DataFrame) -> dict[str, IntArray]:
    return {str(account): np.asarray(places) for account, places in rows.groupby("account_id").indices.items()}


def _of(rows: pd.DataFrame, places: dict[str, IntArray], accounts: NDArray[np.object_]) -> pd.DataFrame:
    mine = [places[account] for account in accounts if account in places]
    return rows.iloc[np.concatenate(mine) if mine else slice(0)]


def _joined(parts: list[CohortComparison]) -> CohortComparison:
    """All parts in the order of events; parts without an event or a member say nothing, not even of types."""
    figures = _filled([part.figures for part in parts])
    return CohortComparison(figures.sort_index().reset_index(drop=True), _members([part.members for part in parts]))


def _members(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    order = np.argsort(np.concatenate([part["event"].to_numpy() for part in filled]), kind="stable")
    columns = {}
    for name in filled[0].columns.astype(str):
        # A column leaves the parts before the next is joined, so that not everything stands twice.
        values = [part.pop(name) for part in filled]
        columns[name] = _texts(values, order) if name in TEXTS else np.concatenate(values)[order]
    return pd.DataFrame(columns)


def _texts(parts: list[pd.Series], order: IntArray) -> pd.Series:
    """The texts in this order; few of them are looked up for many rows."""
    union = union_categoricals(parts)
    texts = pd.Series(np.asarray(union.categories, dtype=object), dtype="str")
    return texts.take(union.codes[order]).reset_index(drop=True)


def _filled(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _end_to_end(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return _filled(parts).reset_index(drop=True)

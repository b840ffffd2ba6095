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

from tasks.audience.cohorts import Afterwards, AudienceParameters, Comparison, comparison
from tasks.audience.order import order_figures, without_order
from tasks.audience.roster import Ints, Roster, empty_roster

TEXTS = ("account_id", "judgement_reasons")
"""Texts of few kinds: until all are joined, they are categories."""


Given = TypeVar("Given")
Done = TypeVar("Done")
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
    compared: Comparison
    noted: tuple[pd.DataFrame, ...]


@dataclass(frozen=True)
class Events:
    """The events whose arrivals are compared (see `comparison`), and what was seen of followers afterwards."""

    rows: pd.DataFrame
    afterwards: Afterwards


def audience(
    rosters: Iterable[Roster], events: Events, parameters: StreamParameters, notes: Sequence[Note] = ()
) -> Audience:
    """Order, cohorts and notes of rosters that hold whole accounts, each account in one of them, in their order.

    The same figures and members as `comparison` of one roster of all, but only one roster is held at a time.
    """
    asked = _Asked(events.rows.reset_index(drop=True), events.afterwards)
    nobody = empty_roster()
    audits, found = [order_figures(nobody, 1.0)], []
    noted: list[list[pd.DataFrame]] = [[note(nobody, _nobody_judged(asked, parameters))] for note in notes]
    is_left = np.ones(len(events.rows), dtype=bool)

    def one(roster: Roster) -> tuple[pd.DataFrame, Comparison, list[pd.DataFrame]]:
        audit = order_figures(roster, parameters.largest_violation_share)
        trusted = without_order(roster, audit)
        compared = asked.compared(trusted, asked.places(trusted), parameters.compared)
        return audit, compared, [note(trusted, compared.members) for note in notes]

    for audit, compared, said in side_by_side(one, rosters):
        audits.append(audit)
        found.append(compared)
        is_left[compared.figures.index] = False
        for parts, part in zip(noted, said, strict=True):
            parts.append(part)
    found.append(asked.compared(nobody, np.flatnonzero(is_left), parameters.compared))
    return Audience(_end_to_end(audits), _joined(found), tuple(_end_to_end(parts) for parts in noted))


def _nobody_judged(asked: "_Asked", parameters: StreamParameters) -> pd.DataFrame:
    return asked.compared(empty_roster(), np.empty(0, dtype=np.int64), parameters.compared).members


def side_by_side(work: Callable[[Given], Done], items: Iterable[Given]) -> Iterator[Done]:
    """What the work makes of each item, in their order, two at a time: numpy lets go of the interpreter meanwhile."""
    with ThreadPoolExecutor(2) as workers:
        running: deque[Future[Done]] = deque()
        for item in items:
            running.append(workers.submit(work, item))
            del item
            if len(running) == 2:  # noqa: PLR2004 - the two above
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


class _Asked:
    """All events and what happened after them, given out account by account."""

    def __init__(self, events: pd.DataFrame, afterwards: Afterwards) -> None:
        # Ids are looked up roster by roster: as plain objects they are not turned into such each time.
        self.events = events.astype({"account_id": object})
        self.afterwards = afterwards
        self.acts = _places(afterwards.engagements)
        self.gone = _places(afterwards.departures)

    def places(self, roster: Roster) -> Ints:
        """Which events are of accounts of the roster."""
        return np.flatnonzero(roster.row(self.events["account_id"]) >= 0)

    def compared(self, roster: Roster, places: Ints, parameters: AudienceParameters) -> Comparison:
        """The comparison of these events, under their numbers among all."""
        after = Afterwards(
            engagements=_of(self.afterwards.engagements, self.acts, roster.accounts),
            departures=_of(self.afterwards.departures, self.gone, roster.accounts),
            as_of=self.afterwards.as_of,
        )
        events = self.events.iloc[places].reset_index(drop=True)
        found = comparison(roster, events, after, parameters)
        members = found.members.assign(event=places[found.members["event"].to_numpy(dtype=np.int64)])
        return Comparison(found.figures.set_axis(places, axis=0), members)


def _places(rows: pd.DataFrame) -> dict[str, Ints]:
    return {str(account): np.asarray(places) for account, places in rows.groupby("account_id").indices.items()}


def _of(rows: pd.DataFrame, places: dict[str, Ints], accounts: NDArray[np.object_]) -> pd.DataFrame:
    mine = [places[account] for account in accounts if account in places]
    return rows.iloc[np.concatenate(mine) if mine else slice(0)]


def _joined(parts: list[Comparison]) -> Comparison:
    """All parts in the order of events; parts without an event or a member say nothing, not even of types."""
    figures = _filled([part.figures for part in parts])
    return Comparison(figures.sort_index().reset_index(drop=True), _members([part.members for part in parts]))


def _members(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    order = np.argsort(np.concatenate([part["event"].to_numpy() for part in filled]), kind="stable")
    columns = {}
    for name in filled[0].columns.astype(str):
        joined = union_categoricals if name in TEXTS else np.concatenate
        # A column leaves the parts before the next is joined, so that not everything stands twice.
        columns[name] = joined([part.pop(name) for part in filled])[order]
    return pd.DataFrame(columns).astype(dict.fromkeys(TEXTS, "str"))


def _filled(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _end_to_end(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return _filled(parts).reset_index(drop=True)

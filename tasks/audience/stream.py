"""Followers judged some accounts at a time: what is said of an account rests on its own followers alone."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from tasks.audience.cohorts import Afterwards, AudienceParameters, Comparison, comparison
from tasks.audience.order import in_trusted_order
from tasks.audience.profile import ProfileParameters, profile
from tasks.audience.roster import Ints, Roster, empty_roster

TEXTS = ("account_id", "judgement_reasons")
"""Texts of few kinds: until all are joined, only their numbers are held."""


@dataclass(frozen=True)
class StreamParameters:
    """Numbers of the comparison and of the profile, and the share of violations above which order is not used."""

    compared: AudienceParameters
    profile: ProfileParameters
    largest_violation_share: float


@dataclass(frozen=True)
class Audience:
    """The profile of every follower list, and the cohorts of all events as `comparison` gives them."""

    profiles: pd.DataFrame
    compared: Comparison


def audience(
    rosters: Iterable[Roster], events: pd.DataFrame, afterwards: Afterwards, parameters: StreamParameters
) -> Audience:
    """Profiles and cohorts of rosters that hold whole accounts, each account in one of them.

    The same figures and members as `comparison` of one roster of all, but only one roster is held at a time.
    """
    asked = _Asked(events.reset_index(drop=True), afterwards)
    profiles, found = [], []
    is_left = np.ones(len(events), dtype=bool)
    for roster in rosters:
        trusted = in_trusted_order(roster, parameters.largest_violation_share)
        profiles.append(profile(trusted, parameters.profile))
        places = asked.places(trusted)
        is_left[places] = False
        found.append(asked.compared(trusted, places, parameters.compared))
    found.append(asked.compared(empty_roster(), np.flatnonzero(is_left), parameters.compared))
    return Audience(_end_to_end(profiles).reset_index(drop=True), _joined(found))


class _Asked:
    """All events and what happened after them, given out account by account."""

    def __init__(self, events: pd.DataFrame, afterwards: Afterwards) -> None:
        self.events, self.afterwards = events, afterwards
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
        return Comparison(found.figures.set_axis(places, axis=0), members.astype(dict.fromkeys(TEXTS, "category")))


def _places(rows: pd.DataFrame) -> dict[str, Ints]:
    return {str(account): np.asarray(places) for account, places in rows.groupby("account_id").indices.items()}


def _of(rows: pd.DataFrame, places: dict[str, Ints], accounts: NDArray[np.object_]) -> pd.DataFrame:
    mine = [places[account] for account in accounts if account in places]
    return rows.iloc[np.concatenate(mine) if mine else slice(0)]


def _joined(parts: list[Comparison]) -> Comparison:
    """All parts in the order of events; parts without an event or a member say nothing, not even of types."""
    figures = _end_to_end([part.figures for part in parts])
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


def _end_to_end(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled) if filled else pd.DataFrame()

"""Profiles as few coarse cells, so that two groups can be laid side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.followers.cohort import Members
from tasks.followers.roster import Floats, Ints, Roster

FEATURES = ("age", "followers", "following", "posts", "listed", "likes", "flags")


@dataclass(frozen=True)
class ShapeParameters:
    """Edges of the cells: config/pipeline.toml, [judge.shape]; a value on an edge falls above it."""

    age_edges_days: tuple[float, ...]
    count_edges: tuple[float, ...]
    few_edges: tuple[float, ...]


def cells(roster: Roster, positions: Ints, feature: str, parameters: ShapeParameters) -> tuple[NDArray[np.int64], int]:
    """The cell of each follower for one feature, and how many cells there are; the last cell means unknown."""
    if feature == "flags":
        return roster.flags[positions].astype(np.int64), 81
    edges = parameters.few_edges if feature == "listed" else parameters.count_edges
    if feature == "age":
        edges = parameters.age_edges_days
    values = roster.age[positions] if feature == "age" else roster.counts[feature][positions]
    # Few edges and many followers: comparing with each edge is several times as fast as searching among them.
    codes = np.zeros(len(values), dtype=np.int8)
    for edge in edges:
        codes += values >= edge
    codes[np.isnan(values)] = len(edges) + 1
    return codes.astype(np.int64), len(edges) + 2


def tally(members: Members, codes: Ints, width: int) -> Floats:
    """How many members of each event fall in each cell: events x cells."""
    counted = np.bincount(members.event * width + codes, minlength=members.events * width)
    return counted.reshape(members.events, width).astype(np.float64)


def unlike_share(cohort: Floats, before: Floats, usual_share: Floats) -> Floats:
    """Smallest share of the excess arrivals that cannot be like the followers before, for one feature.

    Total variation distance between both shapes, less what two samples of these sizes from one shape differ by
    (half the sum of mean absolute deviations of normal differences), over the share that came beyond the usual.
    NaN where either group is empty.
    """
    size, past = cohort.sum(axis=1), before.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = cohort / size[:, None], before / past[:, None]
        pooled = (cohort + before) / (size + past)[:, None]
        spread = np.sqrt(pooled * (1 - pooled) * (1 / size + 1 / past)[:, None])
        chance = 0.5 * np.sqrt(2 / np.pi) * spread.sum(axis=1)
        distance = 0.5 * np.abs(p - q).sum(axis=1) - chance
        return np.asarray(np.clip(distance / (1 - usual_share), 0.0, 1.0))

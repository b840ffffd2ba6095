"""Profile-cell synchronicity, after CatchSync (2014): do the members of a cohort fall into the same cells?"""

import numpy as np

from tasks.followers.cohort import Members
from tasks.followers.roster import Floats, Ints, Roster
from tasks.followers.shape import ShapeParameters, cells

AGE_WEEK_DAYS = 7.0


def cell_codes(roster: Roster, members: Members, parameters: ShapeParameters) -> Ints:
    """Cell of each member: week of age at the follow x followers x following x posts."""
    code = np.nan_to_num(roster.age[members.position] // AGE_WEEK_DAYS, nan=-1.0).astype(np.int64) + 1
    for feature in ("followers", "following", "posts"):
        part, width = cells(roster, members.position, feature, parameters)
        code = code * width + part
    return code


def synchronicity(members: Members, codes: Ints) -> Floats:
    """Chance that two different members of an event share a cell: sum c (c - 1) / (n (n - 1)); NaN below two."""
    width = int(codes.max()) + 1 if len(codes) else 1
    key = np.sort(members.event * width + codes)
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    counts = np.diff(np.append(starts, len(key)))
    pairs = np.bincount(key[starts] // width, weights=counts * (counts - 1.0), minlength=members.events)
    size = members.sizes().astype(np.float64)
    possible = size * (size - 1)
    return np.where(possible > 0, pairs / np.where(possible > 0, possible, 1.0), np.nan)

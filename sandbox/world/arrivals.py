"""How followers come and go: ordinary days, waves, returns."""

from dataclasses import dataclass, fields, replace

import numpy as np

from sandbox.world.moments import DAY, HOUR, NEVER
from sandbox.world.plans import HISTORY, HORIZON, SUMMER, Plan
from sandbox.world.profiles import Batch
from sandbox.world.randomness import Floats, Numbers

# Followers suspended by X vanish from the list's places a month later.
SUSPENDED_PLACES = 30 * DAY
# Of people, the share suspended, and deactivated for a while, at some time between December and October.
SUSPENDED, AWAY = 0.008, 0.005


@dataclass(frozen=True)
class Group:
    """Followers who came for one reason, as columns; times in milliseconds."""

    cause: str
    followed: Numbers
    left: Numbers
    hidden_from: Numbers
    hidden_until: Numbers
    batch: Batch | None = None

    def __len__(self) -> int:
        """How many followers."""
        return len(self.followed)


def arrival_group(cause: str, followed: Numbers, batch: Batch | None = None) -> Group:
    """Followers who stay."""
    never = np.full(len(followed), NEVER)
    return Group(cause, np.sort(followed), never, never, never, batch)


def organic(plan: Plan, rng: np.random.Generator) -> Group:
    """The people of ordinary days: the established ones, those who come by the day, and when each leaves."""
    days = (SUMMER - HISTORY) / DAY
    established = max(round(plan.followers_count - (plan.daily.arrivals - plan.daily.departures) * days), 0)
    share = rng.random(established if plan.ramp == 0.0 else 0) ** 0.7
    earlier = (plan.notable.created + share * (HISTORY - plan.notable.created)).astype(np.int64)
    group = arrival_group("organic", np.concatenate([earlier, _daily(plan, rng)]))
    exposed = np.maximum(group.followed, HISTORY)
    hazard = plan.daily.departures / max(plan.followers_count, 40 * plan.daily.arrivals)
    stayed = rng.exponential(DAY / hazard, len(group)) * np.where(group.followed > HISTORY, 0.6, 1.0)
    return with_absences(replace(group, left=exposed + stayed.astype(np.int64)), rng)


def _daily(plan: Plan, rng: np.random.Generator) -> Numbers:
    """Arrivals by the day, somewhat bunched: Poisson with a gamma rate."""
    starts = np.arange(plan.active_since, HORIZON, DAY)
    ramp = np.minimum(1.0, (starts - plan.active_since + DAY) / DAY / plan.ramp) if plan.ramp else 1.0
    counts = rng.poisson(plan.daily.arrivals * ramp * rng.gamma(9.0, 1 / 9.0, len(starts)))
    return np.repeat(starts, counts) + (_hours_awake(rng, int(counts.sum())) * HOUR).astype(np.int64)


def _hours_awake(rng: np.random.Generator, size: int) -> Floats:
    """Hours of the day, most of them in the afternoon and evening."""
    return np.asarray((24.0 + rng.normal(16.5, 4.5, size)) % 24.0, dtype=np.float64)


def with_absences(group: Group, rng: np.random.Generator) -> Group:
    """The same group with some suspended for good and some deactivated for days."""
    since = np.maximum(group.followed, HISTORY)
    begin = since + (rng.random(len(group)) * (HORIZON - HISTORY)).astype(np.int64)
    draw = rng.random(len(group))
    suspended = suspended_at(group, np.where(draw < SUSPENDED, begin, NEVER))
    is_away = (draw > 1.0 - AWAY) & (begin < group.left)
    back = begin + (rng.uniform(3, 20, len(group)) * DAY).astype(np.int64)
    return replace(
        suspended,
        hidden_from=np.where(is_away, begin, suspended.hidden_from),
        hidden_until=np.where(is_away, back, suspended.hidden_until),
    )


def suspended_at(group: Group, moments: Numbers) -> Group:
    """The same group, each suspended for good at its moment, unless it had left or vanished before."""
    applies = moments < np.minimum(group.left, group.hidden_from)
    return replace(
        group,
        hidden_from=np.where(applies, moments, group.hidden_from),
        hidden_until=np.where(applies, NEVER, group.hidden_until),
        left=np.where(applies, moments + SUSPENDED_PLACES, group.left),
    )


def with_leavers(group: Group, rng: np.random.Generator, leaving: float, days: float) -> Group:
    """The same group, of which a share leaves within some days of arriving."""
    gone = group.followed + (rng.uniform(1, days, len(group)) * DAY).astype(np.int64)
    return replace(group, left=np.where(rng.random(len(group)) < leaving, np.minimum(gone, group.left), group.left))


def decaying_arrivals(rng: np.random.Generator, count: int, start: int, mean_hours: float) -> Numbers:
    """Arrivals that set in after a moment and decay; all within ten times their mean."""
    hours = np.minimum(rng.gamma(1.3, mean_hours / 1.3, count), 10 * mean_hours)
    return start + (hours * HOUR).astype(np.int64) + HOUR // 6


def parts(groups: list[Group]) -> dict[str, Numbers]:
    """The time columns of several groups, one after the other."""
    names = [column.name for column in fields(Group) if column.name not in {"cause", "batch"}]
    return {name: np.concatenate([getattr(group, name) for group in groups]) for name in names}

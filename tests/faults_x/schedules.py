"""What goes wrong on a day, drawn from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

PASSING = (
    "unavailable", "html_body", "truncated", "cut_json", "reset", "stall", "slow", "duplicates", "growing_head",
    "expired_token",
)  # fmt: skip
"""After these the day is as if nothing had been."""
ENDING = (
    "rate_limited", "rate_limited_as_problem", "rate_limited_without_reset", "rate_limited_with_past_reset",
    "usage_capped", "credits_depleted", "unauthorized", "wrong_token", "not_enrolled", "not_found",
)  # fmt: skip
"""These end the run or a reading; the next run brings the day that would have been."""
LOSSY = ("short_page", "empty_page", "partial_errors")
"""X leaves objects out and never tells of them: those are missing, and nothing else changes."""
REORDERING = ("out_of_order", "refollow")
"""The list stands in another order than it was followed in."""
OTHERS = ("count_disagrees", "other_vocabulary", "midnight")

KINDS = (*PASSING, *ENDING, *LOSSY, *REORDERING, *OTHERS)
ENDPOINTS = ("users_by", "followers", "timeline", "mentions", "quotes", "reposted_by")
REAL_SECONDS = ("stall", "slow")
"""Faults that take real time, so that only few schedules have them."""
SECONDS = 0.3


@dataclass(frozen=True)
class Trouble:
    """One fault: where, how often, after how many requests, and how large."""

    name: str
    endpoint: str
    times: int
    after: int
    amount: int


@dataclass(frozen=True)
class Schedule:
    """A day's faults; the day begins with no followers known, or with all of them.

    `usd` is what the first run may spend, null for enough; `killed_after` the readings of the clock that it survives.
    """

    seed: int
    is_first_day: bool
    troubles: Sequence[Trouble]
    usd: str | None
    killed_after: int | None

    def has(self, names: Sequence[str]) -> bool:
        """Whether one of the faults happens."""
        return any(trouble.name in names for trouble in self.troubles)


def schedule(seed: int) -> Schedule:
    """The schedule of a seed: one to four faults, now and then a small budget, now and then a kill."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    kinds = [KINDS[seed % len(KINDS)], *(dice.choice(KINDS) for _ in range(dice.randrange(4)))]
    drawn = (_trouble(kind, dice) for kind in kinds)
    slow = [trouble for trouble in drawn if trouble.name not in REAL_SECONDS or seed % 3 == 0]
    return Schedule(
        seed=seed,
        is_first_day=dice.random() < 0.5,
        troubles=slow or [_trouble("unavailable", dice)],
        usd=dice.choice((None, None, None, "0.02", "0.3", "1.5", "8")),
        killed_after=dice.choice((None, None, None, 3, 9, 20)),
    )


def _trouble(kind: str, dice: random.Random) -> Trouble:
    endpoint = dice.choice(ENDPOINTS)
    if kind in {"refollow", "out_of_order", "expired_token", "growing_head"}:
        endpoint = "followers"
    if kind == "count_disagrees":
        endpoint = "users_by"
    after = dice.randrange(4) if endpoint != "users_by" else 0
    if kind in {"expired_token", "growing_head"}:
        after = max(after, 1)
    times = dice.choice((1, 1, 2, 3)) if kind in {*PASSING, *ENDING} else 1
    return Trouble(kind, endpoint, times, after, amount=dice.choice((1, 2, 5)))

"""What a follower list from elsewhere must be before anything is said of it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.schema.months import X_BEGAN

FIRST_ACCOUNT = pd.Timestamp(X_BEGAN, tz="UTC")
"""Nothing on X was created earlier."""


class ListRefusedError(ValueError):
    """A follower list cannot bear a judgement; the message says what to do."""


def refuse_list(followers: pd.DataFrame, as_of: pd.Timestamp) -> None:
    """Raise `ListRefusedError` where the list is empty, unordered, repeated or dated outside X's life.

    `followers` has `rank` (0 = oldest), `created_at` and perhaps `follower_id`; `as_of` is when it was read.
    """
    problem = _missing(followers) or _unordered(followers) or _repeated(followers) or _misdated(followers, as_of)
    if problem:
        raise ListRefusedError(problem)


def _missing(followers: pd.DataFrame) -> str:
    for column in ("rank", "created_at"):
        if column not in followers:
            return f"The list has no column {column}: export it in follow order, with rank (0 = oldest) and created_at."
    if followers.empty:
        return "The list is empty: export the followers again, one row each."
    return ""


def _unordered(followers: pd.DataFrame) -> str:
    rank = followers["rank"]
    if rank.isna().any():
        return f"{int(rank.isna().sum())} followers have no rank: follow order is needed, 0 for the oldest."
    if _repeats(rank):
        return "Some ranks stand twice: follow order is needed, every follower with a rank of its own."
    if int(rank.max()) - int(rank.min()) != len(rank) - 1:
        return "Ranks have holes: give a whole stretch of the list, rank by rank."
    return ""


def _repeated(followers: pd.DataFrame) -> str:
    if "follower_id" not in followers:
        return ""
    repeats = _repeats(followers["follower_id"])
    return f"{repeats} follower ids stand twice: export the list again, each follower once." if repeats else ""


def _repeats(values: pd.Series) -> int:
    """How many stand a second time."""
    if values.dtype != np.dtype(np.int64):
        return int(values.duplicated().sum())
    numbers = values.to_numpy()
    if not (numbers[1:] > numbers[:-1]).all():
        # Sorted they take a third of the memory of a set.
        numbers = np.sort(numbers)
    return int((numbers[1:] == numbers[:-1]).sum())


def _misdated(followers: pd.DataFrame, as_of: pd.Timestamp) -> str:
    created = followers["created_at"]
    if created.isna().all():
        return "No follower has a creation date: export created_at with the list."
    if (created < FIRST_ACCOUNT).any():
        return (
            f"{int((created < FIRST_ACCOUNT).sum())} creation dates lie before X began in March 2006: check the dates."
        )
    if (created > as_of).any():
        return (
            f"{int((created > as_of).sum())} creation dates lie after the list was read ({as_of:%Y-%m-%d}): check them."
        )
    return ""


RUN, LEAST_STEPS, ONE_IN, LEAST_SHARE = 24, 12, 16, 0.02
"""A run of so many creation times with so many changes in it tells a place in a list; one in so many runs is looked at.

Of month-long dates two places share such a run once in 10^16, of days of three about once in 10^9.
"""


def refuse_restarted_list(created: pd.Series) -> None:
    """Raise `ListRefusedError` where the same followers stand a second time in the same order of the file.

    So does a list whose cursor began again; without ids only creation times tell.
    """
    moments = np.asarray(created.astype("datetime64[us, UTC]").array.view("int64"))
    if len(moments) < 2 * RUN:
        return
    runs = np.concatenate([_runs(moments[start : start + PIECE + RUN - 1]) for start in range(0, len(moments), PIECE)])
    _, counts = np.unique(runs, return_counts=True)
    repeats = int(counts.sum()) - len(counts)
    if repeats >= max(LEAST_SHARE * len(runs), 1):
        about = f"About {round(repeats / len(runs) * len(moments)):,} followers"
        message = f"{about} stand twice, in the same order: the export began again; export the list once more."
        raise ListRefusedError(message)


PIECE = 65_536
_BASE = 0x100000001B3
_POWERS, _INVERSE_POWERS = (
    np.cumprod(np.full(PIECE + RUN, base, dtype=np.uint64)) for base in (_BASE, pow(_BASE, -1, 2**64))
)


def _runs(moments: NDArray[np.int64]) -> NDArray[np.uint64]:
    """What tells each run of creation times by its first; those that hardly change and most of the others left out."""
    if len(moments) < RUN:
        return np.zeros(0, dtype=np.uint64)
    places = len(moments) - RUN + 1
    mixed = moments.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    # Rabin's fingerprint of every run, by sums of the list up to its ends; numbers wrap at 2^64.
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed * _POWERS[: len(mixed)], dtype=np.uint64)])
    told = np.asarray((total[RUN:] - total[:places]) * _INVERSE_POWERS[:places])
    steps = np.concatenate([[0], np.cumsum(moments[1:] != moments[:-1])])
    is_varied = steps[RUN - 1 :] - steps[:places] >= LEAST_STEPS
    told ^= told >> np.uint64(32)
    return np.asarray(told[is_varied & (told % np.uint64(ONE_IN) == 0)])

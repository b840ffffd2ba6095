"""What a follower list from elsewhere must be before anything is said of it."""

import numpy as np
import pandas as pd

FIRST_ACCOUNT = pd.Timestamp("2006-03-21", tz="UTC")
"""The day of the first account on X: nothing was created earlier (public record of user 12, 2006-03-21)."""


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

"""Run the evaluation on lists: `python -m tests.evaluation.lists --lists 20 --seeds final --write report.md`.

Ours beside two rivals on the same lists: the published sliding histogram, given the best limit for each list, which
nobody could know; and the stall of the follow clock alone, whatever its profiles.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tasks.followers.lists import ListRefusedError
from tasks.followers.retrospective import Retrospective, retrospective
from tasks.followers.stretches import ProfileReader
from tasks.schema.arrays import FloatArray, IntArray, day_fractions
from tests.evaluation.list_worlds import KINDS, PROFILES, READ, ListKind, ListWorld, list_world
from tests.evaluation.parameters import RETROSPECTIVE
from tests.evaluation.published import WINDOW, scores

SEEDS = {"development": 1_000, "final": 1_900_000}
"""Final lists come from seeds from there on; those from 900,000 were looked at before the spread of counts spoke."""
BAR, MOST_STALLS = 0.95, 0.01
RIVALS_UP_TO = 50_000
"""Followers of the longest list on which the rivals are run: the histogram takes a minute on longer ones."""
WRONG_ORDERS = ("shuffled", "sorted")
Row = dict[str, Any]


def searched(world: ListWorld, *, has_profiles: bool) -> Retrospective | None:
    """What the product finds in the list, with or without its profiles; None where it is refused."""
    followers = world.followers.drop(columns=PROFILES, errors="ignore")
    try:
        return retrospective(followers, READ, RETROSPECTIVE, _reader(world) if has_profiles else None)
    except ListRefusedError:
        return None


def _reader(world: ListWorld) -> ProfileReader | None:
    if not world.kind.has_profiles:
        return None
    counts = world.followers[PROFILES].to_numpy(dtype=np.float64).T

    def read(places: IntArray) -> FloatArray:
        return np.asarray(counts[:, places])

    return read


def judged(world: ListWorld) -> Row:
    """What was found in one list beside the truth, and what the rivals say of a short one."""
    found = searched(world, has_profiles=True)
    size = len(world.followers)
    blocks = [] if found is None else found.members
    if found is not None and found.is_turned:
        blocks = [size - 1 - places for places in blocks]
    accused = np.zeros(size, dtype=bool)
    accused[np.concatenate([*blocks, np.zeros(0, dtype=np.int64)])] = True
    row = {"kind": world.kind.name, "is_refused": found is None, "has_stall": world.kind.stalls > 0}
    row |= {"called_stalls": sum(int(world.is_stall[places].mean() > 0.5) for places in blocks)}
    row |= {"stalls": world.kind.stalls, "told": 0 if found is None else len(found.stretches), "followers": size}
    row |= _scored("ours", accused, world.is_block)
    if size <= RIVALS_UP_TO:
        row |= _scored("stall alone", _stalls(world), world.is_block) | _histogram(world)
    return row


def _scored(name: str, accused: np.ndarray, truth: np.ndarray) -> Row:
    """Precision, recall and how many were accused wrongly; NaN where there is nothing to find or nobody accused."""
    both = int((accused & truth).sum())
    precision = both / accused.sum() if accused.any() else np.nan
    recall = both / truth.sum() if truth.any() else np.nan
    wrong = int(accused.sum()) - both
    return {f"{name} precision": precision, f"{name} recall": recall, f"{name} wrong": wrong}


def _stalls(world: ListWorld) -> np.ndarray:
    """Everybody in a stretch, as if profiles did not matter."""
    accused = np.zeros(len(world.followers), dtype=bool)
    found = searched(world, has_profiles=False)
    for told in () if found is None else (found.stretches, found.blocks):
        for first, last in zip(told["first_rank"], told["last_rank"], strict=True):
            accused[first : last + 1] = True
    return accused


def _histogram(world: ListWorld) -> Row:
    """The published score at its best limit for this list (highest F1), of those with a creation time."""
    created = day_fractions(world.followers["created_at"].dt.tz_localize(None).to_numpy())
    known = ~np.isnan(created)
    if known.sum() < WINDOW or not world.is_block.any():
        return {}
    score, truth = scores(created[known]), world.is_block[known]
    order = np.argsort(-score)
    both = np.cumsum(truth[order])
    best = int(np.argmax(2 * both / (np.arange(len(both)) + 1 + truth.sum())))
    return _scored("histogram", score >= score[order][best], truth)


def rows(lists: int, first_seed: int) -> Iterator[Row]:
    """One row per list of each kind."""
    for number, kind in enumerate(KINDS):
        for seed in range(lists):
            yield judged(list_world(kind, first_seed + 1_000 * number + seed))


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Means over the lists of each kind."""
    columns = [f"{way} {of}" for way in ("ours", "stall alone", "histogram") for of in ("precision", "recall")]
    means = found.groupby("kind", sort=False)[["is_refused", *columns]].mean()
    return means.round(3).reset_index()


def bars(found: pd.DataFrame) -> pd.DataFrame:
    """Every figure beside its bar."""
    wanted = [kind for kind in KINDS if kind.blocks and kind.has_profiles and not _is_disordered(kind)]
    reached = []
    for kind in wanted:
        part = found[found["kind"] == kind.name]
        for of in ("precision", "recall"):
            value = float(part[f"ours {of}"].mean())
            reached.append((f"{of}, {kind.name}", value, f">= {BAR}", value >= BAR, len(part)))
    judged_stalls = found[found["has_stall"]]
    share = float(judged_stalls["called_stalls"].sum() / judged_stalls["stalls"].sum())
    reached.append(
        ("honest stalls called blocks", share, f"<= {MOST_STALLS}", share <= MOST_STALLS, len(judged_stalls))
    )
    disordered = found[found["kind"].isin([kind.name for kind in KINDS if _is_disordered(kind)])]
    quiet = found[found["ours recall"].isna() & ~found["has_stall"]]
    for name, value in (
        ("accused in lists in no follow order", float(disordered["ours wrong"].sum())),
        ("lists in no follow order that were judged", float((~disordered["is_refused"]).sum())),
        ("accused in lists of people alone", float(quiet["ours wrong"].sum())),
    ):
        reached.append((name, value, "0", value == 0, len(disordered)))
    return pd.DataFrame(reached, columns=["figure", "reached", "bar", "is_met", "lists"])


def _is_disordered(kind: ListKind) -> bool:
    return kind.order.startswith(WRONG_ORDERS)


def report(lists: int, first_seed: int) -> str:
    """The whole report as text."""
    found = pd.DataFrame(rows(lists, first_seed))
    parts = {f"Lists ({lists} of each kind, seeds from {first_seed})": bars(found), "Beside rivals": table(found)}
    return "\n\n".join(f"{title}\n\n{part.to_string(index=False)}" for title, part in parts.items()) + "\n"


def main() -> None:
    """Read the options, run, print, and write where asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lists", type=int, default=6, help="lists of each kind")
    options.add_argument("--seeds", choices=sorted(SEEDS), default="development")
    options.add_argument("--write", type=Path, help="also write the report to this file")
    chosen = options.parse_args()
    text = report(chosen.lists, SEEDS[chosen.seeds])
    print(text)  # noqa: T201 - a command prints
    if chosen.write:
        chosen.write.parent.mkdir(parents=True, exist_ok=True)
        chosen.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The published sliding histogram (Zouzou and Varol 2024), written from its description in detection.md 5.3.

Strides are fixed and windows hold exactly 200 ranks, so that it needs no seed.
With `reference` the medians come from windows wholly before that rank: the fix of detection.md 5.4.
"""

import numpy as np

WINDOW = 200
STRIDE = 40
BINS = 12
NOISY_RANKS = 11


def scores(created: np.ndarray, reference: int | None = None) -> np.ndarray:
    """Anomaly score of every follower in follow order, higher for likelier inauthentic."""
    running = np.maximum.accumulate(created)
    running[:NOISY_RANKS] = running[: min(NOISY_RANKS, len(created))].max()
    first = created.min()
    relative = (created - first) / np.maximum(running - first, 1e-9)
    bins = np.clip(np.ceil(relative * BINS).astype(int) - 1, 0, BINS - 1)
    starts = np.unique(np.append(np.arange(0, len(created) - WINDOW + 1, STRIDE), len(created) - WINDOW))
    counts = np.stack([np.bincount(bins[start : start + WINDOW], minlength=BINS) for start in starts])
    normal = counts if reference is None else counts[starts + WINDOW <= reference]
    if not len(normal):
        return np.full(len(created), np.nan)
    middle = np.median(normal, axis=0)
    spread = np.quantile(normal, 0.75, axis=0) - np.quantile(normal, 0.25, axis=0)
    away = counts - middle
    anomaly = (away + np.sign(away)) / (spread + 1)
    total, weight = np.zeros(len(created)), np.zeros(len(created))
    for start, row in zip(starts, anomaly, strict=True):
        ranks = np.arange(start, start + WINDOW)
        near = WINDOW / 2 - np.abs(ranks - (start + WINDOW / 2)) + 1
        total[ranks] += near * row[bins[ranks]]
        weight[ranks] += near
    return np.asarray(total / weight)

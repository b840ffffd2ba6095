"""Run the evaluation: `python -m tests.evaluation --worlds 6 --seeds development --write report.md`."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.evaluation import comparison, exports, figures, levels, observers
from tests.evaluation.outcomes import outcome
from tests.evaluation.parameters import JUDGE
from tests.evaluation.scenarios import DEVELOPMENT_SEED, FINAL_SEED, Scenario, scenarios

SEEDS = {"development": DEVELOPMENT_SEED, "final": FINAL_SEED}
INTERVAL_SEEDS = 200_000
"""The worlds of the intervals are others than those of the figures."""


@dataclass(frozen=True)
class Worlds:
    """How many worlds of each scenario are lived for each part of the report; 0 leaves the part out."""

    main: int
    side: int
    interval: int
    observed: int


def report(worlds: Worlds, first_seed: int) -> str:
    """The whole report as text: every figure beside its bar, the confusion matrix, calibration, and the others."""
    lived = scenarios()
    parts: dict[str, pd.DataFrame] = {}
    if worlds.main:
        parts |= everything(lived, first_seed, worlds.main)
    if worlds.side:
        parts |= sides(lived, first_seed, worlds.side)
    if worlds.interval:
        counted = [scenario for scenario in lived if scenario.name.startswith(tuple(figures.RECALLS))]
        found = outcome(counted, first_seed + INTERVAL_SEEDS, worlds.interval, JUDGE)
        parts["Intervals by kind of purchase"] = figures.intervals(found.worlds)
    if worlds.observed:
        parts |= watching(lived, first_seed, worlds.observed)
    return _text(parts)


def everything(lived: list[Scenario], first_seed: int, worlds: int) -> dict[str, pd.DataFrame]:
    """What fully observed worlds are called, and how well that is calibrated."""
    found = outcome(lived, first_seed, worlds, JUDGE)
    reached = figures.figures(found.worlds)
    missed = reached[~reached["is_met"]]
    return {
        f"Figures ({worlds} worlds per scenario, seeds from {first_seed})": reached,
        "Bars not met": missed if len(missed) else pd.DataFrame({"": ["none"]}),
        "Confusion: verdict by true cause": figures.causes(found.worlds).reset_index(),
        "Confusion: verdict by scenario": figures.confusion(found.worlds).reset_index(),
        "Calibration of followers": figures.calibration(found.followers).reset_index(),
        "Calibration of followers by scenario": figures.calibration_by_kind(found.followers).reset_index(),
        "Calibration of verdicts": figures.verdict_calibration(found.worlds).reset_index(),
    }


def _text(parts: dict[str, pd.DataFrame]) -> str:
    return "\n\n".join(f"{title}\n\n{rows.to_string(index=False)}" for title, rows in parts.items()) + "\n"


def sides(lived: list[Scenario], first_seed: int, worlds: int) -> dict[str, pd.DataFrame]:
    """What is seen at lower levels and on the first day, and what the others say of the same worlds."""
    exported = pd.concat(
        [exports.labelled_verdicts(exports.export_world(first_seed + each)) for each in range(10 * worlds)]
    )
    return {
        "Pulses and spikes of analytics exports": pd.Series(exports.summarize(exported)).rename("share").reset_index(),
        "Verdicts by observation level and true cause": levels.levels(lived, first_seed, worlds, JUDGE),
        "Verdicts on the first day": levels.first_days(lived, first_seed, worlds, JUDGE),
        "Rivals: share of worlds called suspicious": comparison.rivals(lived, first_seed, worlds).reset_index(),
        "Sliding histogram on Frank's worlds": comparison.histograms(lived, first_seed, worlds),
    }


def watching(lived: list[Scenario], first_seed: int, worlds: int) -> dict[str, pd.DataFrame]:
    """What each observer of the same worlds can know, and how early a night is seen."""
    innocent = [name for names in figures.INNOCENT.values() for name in names]
    said = observers.verdicts(lived, first_seed, worlds, JUDGE)
    double = [
        observers.nights(scenario, first_seed + 1_000 * number, worlds, JUDGE)
        for number, scenario in enumerate(lived)
        if scenario.name.startswith(("bought_double", "frank"))
    ]
    return {
        f"Observers ({worlds} worlds per scenario, seeds from {first_seed})": observers.by_observer(said, innocent),
        "Observers by scenario: the commonest verdict and its share": observers.by_scenario(said),
        "Nights of +100 % and more on the first days": observers.first_nights(pd.concat(double)),
    }


def main() -> None:
    """Read the options, run, print, and write where asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=6, help="worlds per scenario")
    options.add_argument("--seeds", choices=sorted(SEEDS), default="development")
    options.add_argument("--side-worlds", type=int, default=2, help="worlds per scenario for levels, days and rivals")
    options.add_argument("--interval-worlds", type=int, default=0, help="worlds per purchase for the intervals")
    options.add_argument("--observed-worlds", type=int, default=2, help="worlds per scenario for observers")
    options.add_argument("--write", type=Path, help="also write the report to this file")
    chosen = options.parse_args()
    worlds = Worlds(chosen.worlds, chosen.side_worlds, chosen.interval_worlds, chosen.observed_worlds)
    text = report(worlds, SEEDS[chosen.seeds])
    print(text)  # noqa: T201 - a command prints
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

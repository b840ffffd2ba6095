"""Ours beside the others on the same worlds: spikes against the rivals, followers against the published histogram."""

import numpy as np
import pandas as pd

from tests.evaluation.outcomes import auc, lived
from tests.evaluation.published import scores
from tests.evaluation.rivals import flagged
from tests.evaluation.scenarios import Scenario
from tests.evaluation.worlds import DAYS


def rivals(scenarios: list[Scenario], first_seed: int, worlds: int) -> pd.DataFrame:
    """Share of worlds of each scenario that each rival calls suspicious, and other flagged days per account-year."""
    parts = []
    for number, scenario in enumerate(scenarios):
        made, frames = lived(scenario, [first_seed + 1_000 * number + world for world in range(worlds)])
        parts.append(flagged(frames, pd.DataFrame([one.truth for one in made])))
    rows = pd.concat(parts, ignore_index=True)
    table = rows.pivot_table(index="scenario", columns="rule", values="is_flagged", aggfunc="mean", sort=False)
    years = worlds * len(scenarios) * DAYS / 365.25
    other = rows.groupby("rule")["other_days"].sum() / years
    return pd.concat([table, other.rename("other flagged days per account-year").to_frame().T])


def histograms(scenarios: list[Scenario], first_seed: int, worlds: int) -> pd.DataFrame:
    """AUC of the sliding histogram on Frank's worlds: as published, and with medians from before the spike alone."""
    rows = []
    for number, scenario in enumerate(scenarios):
        if not scenario.followers:
            continue
        made, _ = lived(scenario, [first_seed + 1_000 * number + world for world in range(worlds)])
        for one in made:
            list_ = one.frames["follower_arrivals"]
            is_bot = list_["follower_id"].isin(one.bot_ids).to_numpy()
            created = list_["follower_created_at"].astype("int64").to_numpy() / 8.64e10
            spike = int(np.flatnonzero(is_bot)[0])
            inside = np.arange(len(is_bot)) >= spike
            inside &= np.arange(len(is_bot)) <= np.flatnonzero(is_bot)[-1]
            for name, reference in (("published", None), ("pre-spike reference", spike)):
                found = scores(created, reference)
                rows.append((scenario.bot_kind, name, auc(found, is_bot), auc(found[inside], is_bot[inside])))
    table = pd.DataFrame(rows, columns=["bots", "histogram", "auc_list", "auc_interval"])
    return table.groupby(["histogram", "bots"], sort=False)[["auc_list", "auc_interval"]].mean().reset_index()

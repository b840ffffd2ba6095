"""How many followers an event leaves unexplained, with the interval."""

import numpy as np
import pandas as pd

EXPLAINED = ("organic_post", "organic_mention", "platform_purge", "data_fault")
COUNTS = ["unexplained_count", "unexplained_low_count", "unexplained_high_count"]


def unexplained(events: pd.DataFrame, verdicts: pd.Series) -> pd.DataFrame:
    """Arrivals beyond the expected ones: observed - expected, bounds from the expectation's interval, at least 0.

    0 where the verdict explains the event, so nobody is left over; null for a drop, in which nobody arrives.
    """
    observed = events["observed_count"].to_numpy(dtype=np.float64)
    figures = {
        "unexplained_count": observed - events["expected_count"].to_numpy(dtype=np.float64),
        "unexplained_low_count": observed - events["expected_high_count"].to_numpy(dtype=np.float64),
        "unexplained_high_count": observed - events["expected_low_count"].to_numpy(dtype=np.float64),
    }
    is_rise = events["kind"].isin(["jump", "drip"]).to_numpy()
    is_explained = verdicts.isin(EXPLAINED).to_numpy()
    return pd.DataFrame(
        {
            name: np.where(is_rise, np.where(is_explained, 0.0, np.maximum(np.round(count), 0.0)), np.nan)
            for name, count in figures.items()
        }
    )


def shared_causes(
    counts: pd.DataFrame, cohorts: pd.DataFrame, evidence: pd.DataFrame, slack_share: float
) -> pd.DataFrame:
    """The counts, lowered where a post or a mention also speaks for part of the arrivals.

    There the members of the wave are counted by their profiles instead of all arrivals beyond the usual:
    sum of probabilities, the lower bound lowered by 1.645 spreads and by `slack_share`; the upper bound stays.
    """
    organic = evidence[evidence["explanation"].isin(["organic_post", "organic_mention"])]
    spoken = organic.groupby(["event", "explanation"])["weight_nats"].sum()
    helped = np.zeros(len(counts), dtype=bool)
    helped[spoken[spoken > 0].index.get_level_values("event").to_numpy(dtype=np.int64)] = True
    members = cohorts["wave_members_count"].to_numpy(dtype=np.float64)
    usable = helped & (cohorts["cohort_count"].to_numpy() > 0) & (counts["unexplained_count"].to_numpy() > 0)
    low = np.maximum(members * (1 - slack_share) - 1.645 * cohorts["wave_members_spread_count"].to_numpy(), 0.0)
    count, lowest, highest = (counts[name].to_numpy(dtype=np.float64) for name in COUNTS)
    return pd.DataFrame(
        {
            "unexplained_count": np.where(usable, np.minimum(np.round(members), count), count),
            "unexplained_low_count": np.where(usable, np.minimum(np.round(low), lowest), lowest),
            "unexplained_high_count": highest,
        }
    )

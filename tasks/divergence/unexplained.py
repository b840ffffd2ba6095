"""How many followers an event leaves unexplained, with the interval."""

import numpy as np
import pandas as pd

EXPLAINED = ("organic_post", "organic_mention", "platform_purge", "data_fault")


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

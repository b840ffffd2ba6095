"""Published engagement rates on X, each with its denominator: context, never thresholds.

They differ 60 to 100 times among themselves, because denominators and samples differ (replysocial.co).
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

MEDIAN_BRANDS = "Median over brands of mean (engagement / followers) per post"
VENDOR = "Vendor blog; how the accounts were chosen is unknown."
QUOTED = "Read in a page that quotes the report; how the accounts were chosen is unknown."
PER_CENT = 100.0


@dataclass(frozen=True)
class Benchmark:
    """One published figure, in percent as printed."""

    publisher: str
    figure: str
    denominator: str
    accounts_group: str
    publication_year: int | None
    percent: float
    formula_text: str
    caveat: str
    low_percent: float = np.nan
    high_percent: float = np.nan


RIVAL_IQ = Benchmark(
    "Rival IQ", "Median engagement rate per post", "followers", "brands", 2025, 0.015, MEDIAN_BRANDS, QUOTED
)
_HOOTSUITE = Benchmark(
    "Hootsuite", "Average engagement rate", "not_stated", "all industries", None, 1.8, "Not stated", QUOTED
)
SOCIAVAULT = Benchmark(
    "SociaVault", "Median engagement rate", "followers", "1-10 k", 2026, 2.18, "Engagement / followers", VENDOR
)
INFLUENCERS = Benchmark(
    "stealwhatworks.com", "Engagement rate", "followers", "< 5 k", 2025, 5.60, "Engagement / followers", VENDOR
)
BUFFER = Benchmark("Buffer", "Median engagement rate", "not_stated", "all accounts", 2025, 2.8, "Not stated", QUOTED)

INDUSTRIES = {"education": 3.3, "tech": 2.8, "media": 1.7, "government": 1.6, "finance": 1.1}
SOCIAVAULT_TIERS = {
    "1-10 k": (2.18, 1.32, 3.47),
    "10-50 k": (1.42, 0.87, 2.24),
    "50-100 k": (0.97, 0.58, 1.54),
    "100-500 k": (0.63, 0.37, 1.02),
    "500 k+": (0.35, 0.18, 0.61),
}
INFLUENCER_TIERS = {"< 5 k": 5.60, "5-20 k": 2.43, "20-100 k": 2.15, "100 k-1 M": 2.05, "1 M+": 1.97}

_FIGURES = (
    replace(RIVAL_IQ, publication_year=2022, percent=0.035),
    replace(RIVAL_IQ, publication_year=2024, percent=0.029),
    RIVAL_IQ,
    replace(RIVAL_IQ, accounts_group="sports teams", publication_year=None, percent=0.073),
    Benchmark(
        "Socialinsider",
        "Average engagement rate per post",
        "not_stated",
        "all accounts",
        None,
        0.018,
        "Not stated",
        QUOTED,
    ),
    _HOOTSUITE,
    *(replace(_HOOTSUITE, accounts_group=group, percent=percent) for group, percent in INDUSTRIES.items()),
    Benchmark(
        "Metricool",
        "Engagement rate by impressions",
        "impressions",
        "all accounts",
        2025,
        1.58,
        "Engagement / impressions",
        QUOTED,
    ),
    BUFFER,
    replace(BUFFER, publication_year=2024, percent=3.6),
    replace(BUFFER, accounts_group="free accounts, fewer than 100 impressions a post", percent=0.0),
    Benchmark("Sprout", "Engagement rate", "not_stated", "influencers", 2025, 0.39, "Not stated", QUOTED),
    *(
        replace(SOCIAVAULT, accounts_group=group, percent=median, low_percent=low, high_percent=high)
        for group, (median, low, high) in SOCIAVAULT_TIERS.items()
    ),
    *(replace(INFLUENCERS, accounts_group=group, percent=percent) for group, percent in INFLUENCER_TIERS.items()),
)


def benchmarks() -> pd.DataFrame:
    """The published figures as rows, rates as a part of one."""
    rows = pd.DataFrame([asdict(figure) for figure in _FIGURES])
    year = rows["publication_year"].astype("Int64")
    known_year = year.astype("string").fillna("undated")
    return rows.drop(columns=["percent", "low_percent", "high_percent"]).assign(
        benchmark_id=rows["publisher"] + ", " + known_year + ", " + rows["accounts_group"],
        publication_year=year,
        benchmark_value=rows["percent"] / PER_CENT,
        benchmark_low=rows["low_percent"] / PER_CENT,
        benchmark_high=rows["high_percent"] / PER_CENT,
    )

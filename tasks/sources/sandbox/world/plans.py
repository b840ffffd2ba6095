"""The accounts of the demo's summer: what is ordinary about each. What happens to them stands in `summer`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tasks.sources.sandbox.world.moments import midnight, milliseconds
from tasks.sources.sandbox.world.notables import Notable

# History before the summer: 168 days, so that windows of 90 days are full well before it begins.
HISTORY = midnight(date(2025, 12, 15))
SUMMER = midnight(date(2026, 6, 1))
HORIZON = midnight(date(2026, 10, 1))


@dataclass(frozen=True)
class Plan:
    """An account in ordinary days. Rates are per day, engagement is per post of ordinary appeal."""

    notable: Notable
    # People following on June 1.
    followers_count: int
    arrivals: float
    departures: float
    posts: float
    # The share of followers who ever engage; the rest only watch.
    engaging: float
    likes: float
    reposts: float
    replies: float
    quotes: float
    mentions: float
    # Days of a new account until arrivals reach their rate; 0 for accounts that are established.
    ramp: float = 0.0

    @property
    def active_since(self) -> int:
        """When its recorded life begins, in milliseconds."""
        return max(HISTORY, self.notable.created)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A UTC moment in milliseconds."""
    return milliseconds(datetime(year, month, day, hour, minute, tzinfo=UTC))


FRANK = Plan(
    Notable(0, "frank", "Frank Lindqvist", at(2012, 3, 4, 18, 5), "I bake bread and write about it.", "Dunmere", 0, 410, 5_210, 38, 9_120),
    followers_count=1_527, arrivals=3.5, departures=1.8,
    posts=2.0, engaging=0.24, likes=21.0, reposts=3.2, replies=3.6, quotes=0.7, mentions=0.4,
)  # fmt: skip
VERA = Plan(
    Notable(1, "viral_vera", "Vera Okoro", at(2017, 9, 12, 7, 40), "Small boats, loud guitars.", "Isla Vik", 0, 890, 7_800, 74, 21_400),
    followers_count=4_150, arrivals=7.0, departures=4.0,
    posts=2.5, engaging=0.2, likes=48.0, reposts=7.0, replies=6.0, quotes=1.5, mentions=0.8,
)  # fmt: skip
MIA = Plan(
    Notable(2, "mentioned_mia", "Mia Castel", at(2019, 1, 23, 20, 15), "Botanist. Wild bees.", "Fennholt", 0, 620, 3_300, 41, 8_700),
    followers_count=2_280, arrivals=4.5, departures=2.6,
    posts=1.6, engaging=0.22, likes=27.0, reposts=4.0, replies=4.0, quotes=0.8, mentions=0.5,
)  # fmt: skip
STAN = Plan(
    Notable(3, "steady_stan", "Stan Novak", at(2015, 6, 2, 11, 30), "Maps, old and new.", "Corvane", 0, 1_340, 11_200, 66, 15_900),
    followers_count=3_080, arrivals=5.0, departures=3.4,
    posts=2.2, engaging=0.2, likes=30.0, reposts=4.5, replies=3.5, quotes=0.9, mentions=0.5,
)  # fmt: skip
PIA = Plan(
    Notable(4, "purged_pia", "Pia Vidal", at(2011, 11, 8, 9, 0), "Editor. News of the lakes.", "Eastlake", 0, 2_150, 38_700, 410, 33_000, verified=True),
    followers_count=21_400, arrivals=24.0, departures=18.0,
    posts=4.0, engaging=0.12, likes=120.0, reposts=18.0, replies=14.0, quotes=3.0, mentions=2.5,
)  # fmt: skip
QUINN = Plan(
    Notable(5, "quiet_quinn", "Quinn Aalto", at(2014, 4, 17, 22, 45), "", "", 0, 280, 1_450, 12, 2_100),
    followers_count=640, arrivals=0.45, departures=0.3,
    posts=1 / 7, engaging=0.25, likes=9.0, reposts=1.2, replies=1.5, quotes=0.2, mentions=0.03,
)  # fmt: skip
NORA = Plan(
    Notable(6, "new_nora", "Nora Tamm", at(2026, 6, 9, 8, 20), "New here. Chemist.", "Junora", 0, 96, 0, 1, 340),
    followers_count=0, arrivals=6.0, departures=0.5,
    posts=2.6, engaging=0.35, likes=24.0, reposts=3.0, replies=4.0, quotes=0.6, mentions=0.3, ramp=25.0,
)  # fmt: skip
PLANS = (FRANK, VERA, MIA, STAN, PIA, QUINN, NORA)

STELLA = Notable(
    20,
    "star_stella",
    "Stella Garza",
    at(2009, 5, 5, 16, 0),
    "Singer.",
    "Morrow",
    3_912_440,
    512,
    22_600,
    9_870,
    1_900,
    verified=True,
)
PROTECTED = Notable(
    21, "private_paul", "Paul Kern", at(2016, 8, 20, 13, 10), "", "", 212, 190, 880, 2, 3_400, protected=True
)
SUSPENDED = Notable(
    22, "suspended_sue", "Sue Borg", at(2018, 2, 14, 10, 0), "", "", 77, 1_900, 12_300, 0, 50, suspended=True
)
EXTRAS = (STELLA, PROTECTED, SUSPENDED)

"""The accounts of the demo's summer, all invented: what is ordinary about each.

What happens to them stands in `summer`.
"""

from dataclasses import dataclass
from datetime import date

from sandbox.world.moments import midnight, utc_milliseconds
from sandbox.world.notables import Counts, Notable

# History before the summer: 168 days, so that windows of 90 days are full well before it begins.
HISTORY = midnight(date(2025, 12, 15))
SUMMER = midnight(date(2026, 6, 1))
HORIZON = midnight(date(2026, 10, 1))


@dataclass(frozen=True)
class Daily:
    """How many of each happen on an ordinary day, on average."""

    arrivals: float
    departures: float
    posts: float
    mentions: float


@dataclass(frozen=True)
class PerPost:
    """How much an ordinary original post would draw if everybody who ever engages followed at the time."""

    likes: float
    reposts: float
    replies: float
    quotes: float


@dataclass(frozen=True)
class Plan:
    """An account in ordinary days."""

    notable: Notable
    # People following on June 1.
    followers_count: int
    # The share of followers who ever engage; the rest only watch.
    engaging: float
    daily: Daily
    per_post: PerPost
    # Days of a new account until arrivals reach their rate; 0 for accounts that are established.
    ramp: float = 0.0
    # Nothing is known of the days before, in milliseconds.
    history: int = HISTORY
    # Nothing is known of the days after, in milliseconds.
    until: int = HORIZON

    @property
    def active_since(self) -> int:
        """When its recorded life begins, in milliseconds."""
        return max(self.history, self.notable.created)


FRANK = Plan(
    Notable(
        0,
        "frank",
        "Frank Lindqvist",
        utc_milliseconds(2012, 3, 4, 18, 5),
        Counts(following=410, earlier_posts=5_210, listed=38, likes=9_120),
        "I bake bread and write about it.",
        "Dunmere",
    ),
    followers_count=1_527,
    engaging=0.24,
    daily=Daily(arrivals=3.5, departures=1.8, posts=2.0, mentions=0.4),
    per_post=PerPost(likes=21.0, reposts=3.2, replies=3.6, quotes=0.7),
)
VERA = Plan(
    Notable(
        1,
        "viral_vera",
        "Vera Okoro",
        utc_milliseconds(2017, 9, 12, 7, 40),
        Counts(following=890, earlier_posts=7_800, listed=74, likes=21_400),
        "Small boats, loud guitars.",
        "Islavik",
    ),
    followers_count=4_150,
    engaging=0.2,
    daily=Daily(arrivals=7.0, departures=4.0, posts=2.5, mentions=0.8),
    per_post=PerPost(likes=48.0, reposts=7.0, replies=6.0, quotes=1.5),
)
MIA = Plan(
    Notable(
        2,
        "mentioned_mia",
        "Mia Castel",
        utc_milliseconds(2019, 1, 23, 20, 15),
        Counts(following=620, earlier_posts=3_300, listed=41, likes=8_700),
        "Botanist. Wild bees.",
        "Fennholt",
    ),
    followers_count=2_280,
    engaging=0.22,
    daily=Daily(arrivals=4.5, departures=2.6, posts=1.6, mentions=0.5),
    per_post=PerPost(likes=27.0, reposts=4.0, replies=4.0, quotes=0.8),
)
STAN = Plan(
    Notable(
        3,
        "steady_stan",
        "Stan Novak",
        utc_milliseconds(2015, 6, 2, 11, 30),
        Counts(following=1_340, earlier_posts=11_200, listed=66, likes=15_900),
        "Maps, old and new.",
        "Corvane",
    ),
    followers_count=3_080,
    engaging=0.2,
    daily=Daily(arrivals=5.0, departures=3.4, posts=2.2, mentions=0.5),
    per_post=PerPost(likes=30.0, reposts=4.5, replies=3.5, quotes=0.9),
)
PIA = Plan(
    Notable(
        4,
        "purged_pia",
        "Pia Vidal",
        utc_milliseconds(2011, 11, 8, 9),
        Counts(following=2_150, earlier_posts=38_700, listed=410, likes=33_000),
        "Editor. News of the lakes.",
        "Eastlake",
        verified=True,
    ),
    followers_count=21_400,
    engaging=0.12,
    daily=Daily(arrivals=24.0, departures=18.0, posts=4.0, mentions=2.5),
    per_post=PerPost(likes=120.0, reposts=18.0, replies=14.0, quotes=3.0),
)
QUINN = Plan(
    Notable(
        5,
        "quiet_quinn",
        "Quinn Aalto",
        utc_milliseconds(2014, 4, 17, 22, 45),
        Counts(following=280, earlier_posts=1_450, listed=12, likes=2_100),
    ),
    followers_count=640,
    engaging=0.25,
    daily=Daily(arrivals=0.45, departures=0.3, posts=1 / 7, mentions=0.03),
    per_post=PerPost(likes=9.0, reposts=1.2, replies=1.5, quotes=0.2),
)
NORA = Plan(
    Notable(
        6,
        "new_nora",
        "Nora Tamm",
        utc_milliseconds(2026, 6, 9, 8, 20),
        Counts(following=96, listed=1, likes=340),
        "New here. Chemist.",
        "Junora",
    ),
    followers_count=0,
    engaging=0.35,
    daily=Daily(arrivals=6.0, departures=0.5, posts=2.6, mentions=0.3),
    per_post=PerPost(likes=24.0, reposts=3.0, replies=4.0, quotes=0.6),
    ramp=25.0,
)
PLANS = (FRANK, VERA, MIA, STAN, PIA, QUINN, NORA)
STELLA = Notable(
    20,
    "star_stella",
    "Stella Garza",
    utc_milliseconds(2009, 5, 5, 16),
    Counts(followers=3_912_440, following=512, earlier_posts=22_600, listed=9_870, likes=1_900),
    "Singer.",
    "Morrow",
    verified=True,
)
PAUL = Notable(
    21,
    "private_paul",
    "Paul Kern",
    utc_milliseconds(2016, 8, 20, 13, 10),
    Counts(followers=212, following=190, earlier_posts=880, listed=2, likes=3_400),
    protected=True,
)
SUE = Notable(
    22,
    "suspended_sue",
    "Sue Borg",
    utc_milliseconds(2018, 2, 14, 10),
    Counts(followers=77, following=1_900, earlier_posts=12_300, likes=50),
    suspended=True,
)
# They are not tracked: one mentions Mia, one is protected, one suspended.
EXTRAS = (STELLA, PAUL, SUE)

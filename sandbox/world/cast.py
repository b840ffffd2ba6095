"""The named accounts of the demo's summer. All invented."""

from datetime import UTC, datetime

from sandbox.world.moments import milliseconds
from sandbox.world.notables import Counts, Notable


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A UTC moment in milliseconds."""
    return milliseconds(datetime(year, month, day, hour, minute, tzinfo=UTC))


FRANK = Notable(
    0,
    "frank",
    "Frank Lindqvist",
    at(2012, 3, 4, 18, 5),
    Counts(following=410, earlier_posts=5_210, listed=38, likes=9_120),
    "I bake bread and write about it.",
    "Dunmere",
)
VERA = Notable(
    1,
    "viral_vera",
    "Vera Okoro",
    at(2017, 9, 12, 7, 40),
    Counts(following=890, earlier_posts=7_800, listed=74, likes=21_400),
    "Small boats, loud guitars.",
    "Islavik",
)
MIA = Notable(
    2,
    "mentioned_mia",
    "Mia Castel",
    at(2019, 1, 23, 20, 15),
    Counts(following=620, earlier_posts=3_300, listed=41, likes=8_700),
    "Botanist. Wild bees.",
    "Fennholt",
)
STAN = Notable(
    3,
    "steady_stan",
    "Stan Novak",
    at(2015, 6, 2, 11, 30),
    Counts(following=1_340, earlier_posts=11_200, listed=66, likes=15_900),
    "Maps, old and new.",
    "Corvane",
)
PIA = Notable(
    4,
    "purged_pia",
    "Pia Vidal",
    at(2011, 11, 8, 9),
    Counts(following=2_150, earlier_posts=38_700, listed=410, likes=33_000),
    "Editor. News of the lakes.",
    "Eastlake",
    verified=True,
)
QUINN = Notable(
    5,
    "quiet_quinn",
    "Quinn Aalto",
    at(2014, 4, 17, 22, 45),
    Counts(following=280, earlier_posts=1_450, listed=12, likes=2_100),
)
NORA = Notable(
    6,
    "new_nora",
    "Nora Tamm",
    at(2026, 6, 9, 8, 20),
    Counts(following=96, listed=1, likes=340),
    "New here. Chemist.",
    "Junora",
)
STELLA = Notable(
    20,
    "star_stella",
    "Stella Garza",
    at(2009, 5, 5, 16),
    Counts(followers=3_912_440, following=512, earlier_posts=22_600, listed=9_870, likes=1_900),
    "Singer.",
    "Morrow",
    verified=True,
)
PAUL = Notable(
    21,
    "private_paul",
    "Paul Kern",
    at(2016, 8, 20, 13, 10),
    Counts(followers=212, following=190, earlier_posts=880, listed=2, likes=3_400),
    protected=True,
)
SUE = Notable(
    22,
    "suspended_sue",
    "Sue Borg",
    at(2018, 2, 14, 10),
    Counts(followers=77, following=1_900, earlier_posts=12_300, likes=50),
    suspended=True,
)
# They are not tracked: one mentions Mia, one is protected, one suspended.
EXTRAS = (STELLA, PAUL, SUE)

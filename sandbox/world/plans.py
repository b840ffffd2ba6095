"""The accounts of the demo's summer: what is ordinary about each. What happens to them stands in `summer`."""

from dataclasses import dataclass
from datetime import date

from sandbox.world import cast
from sandbox.world.moments import midnight
from sandbox.world.notables import Notable

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
    cast.FRANK,
    followers_count=1_527,
    engaging=0.24,
    daily=Daily(arrivals=3.5, departures=1.8, posts=2.0, mentions=0.4),
    per_post=PerPost(likes=21.0, reposts=3.2, replies=3.6, quotes=0.7),
)
VERA = Plan(
    cast.VERA,
    followers_count=4_150,
    engaging=0.2,
    daily=Daily(arrivals=7.0, departures=4.0, posts=2.5, mentions=0.8),
    per_post=PerPost(likes=48.0, reposts=7.0, replies=6.0, quotes=1.5),
)
MIA = Plan(
    cast.MIA,
    followers_count=2_280,
    engaging=0.22,
    daily=Daily(arrivals=4.5, departures=2.6, posts=1.6, mentions=0.5),
    per_post=PerPost(likes=27.0, reposts=4.0, replies=4.0, quotes=0.8),
)
STAN = Plan(
    cast.STAN,
    followers_count=3_080,
    engaging=0.2,
    daily=Daily(arrivals=5.0, departures=3.4, posts=2.2, mentions=0.5),
    per_post=PerPost(likes=30.0, reposts=4.5, replies=3.5, quotes=0.9),
)
PIA = Plan(
    cast.PIA,
    followers_count=21_400,
    engaging=0.12,
    daily=Daily(arrivals=24.0, departures=18.0, posts=4.0, mentions=2.5),
    per_post=PerPost(likes=120.0, reposts=18.0, replies=14.0, quotes=3.0),
)
QUINN = Plan(
    cast.QUINN,
    followers_count=640,
    engaging=0.25,
    daily=Daily(arrivals=0.45, departures=0.3, posts=1 / 7, mentions=0.03),
    per_post=PerPost(likes=9.0, reposts=1.2, replies=1.5, quotes=0.2),
)
NORA = Plan(
    cast.NORA,
    followers_count=0,
    engaging=0.35,
    daily=Daily(arrivals=6.0, departures=0.5, posts=2.6, mentions=0.3),
    per_post=PerPost(likes=24.0, reposts=3.0, replies=4.0, quotes=0.6),
    ramp=25.0,
)
PLANS = (FRANK, VERA, MIA, STAN, PIA, QUINN, NORA)

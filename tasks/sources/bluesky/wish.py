"""What is to be read of one account on one day, and what is known of it from before."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from tasks.schema.ranges import Count, DayCount, Weekday

Clock = Callable[[], datetime]
"""What time it is, in UTC: given from outside."""


@dataclass(frozen=True)
class BlueskyParameters:
    """How much is asked of Bluesky: config/pipeline.toml, [bluesky].

    `whole_weekday` is the day of the week, 0 for Monday, on which a list is read to its end.
    """

    most_requests: Count
    posts_days: DayCount
    whole_weekday: Weekday


@dataclass(frozen=True)
class Known:
    """What the staged rows of earlier days tell of the account.

    `followers` are the `follower_id`s that arrived and have not departed since, `departed` those that have;
    `highest_number` is the newest arrival number, `last_complete_at` when the list was last read to its known part or
    its end (null before the first time), `last_whole_at` when it was last read to its end.
    `engagements` are (post_id, actor_id, kind) of rows that stand already.
    """

    followers: AbstractSet[int] = frozenset()
    departed: AbstractSet[int] = frozenset()
    highest_number: int = -1
    last_complete_at: datetime | None = None
    last_whole_at: datetime | None = None
    engagements: AbstractSet[tuple[int, int, str]] = frozenset()

    @property
    def is_first(self) -> bool:
        """Whether the list was never read: all followers then are the baseline."""
        return self.last_complete_at is None


@dataclass(frozen=True)
class Wish:
    """The account by its handle or DID, the UTC day, how old the oldest post to read is, and how much to read.

    `level` is as everywhere: `counts`, `posts` (with who engaged), `sample` or `full` (both with the follower list,
    which costs nothing here, so nobody has to be content with a sample).
    With `is_whole` the list is read to its end, one request per hundred, and tells who has left.
    """

    actor: str
    day: date
    posts_since: datetime
    level: str = "full"
    is_whole: bool = False
    known: Known = field(default_factory=Known)

"""How much is asked of Bluesky."""

from dataclasses import dataclass

from tasks.schema.ranges import Count, DayCount, Weekday


@dataclass(frozen=True)
class BlueskyParameters:
    """How much is asked of Bluesky: config/pipeline.toml, [bluesky].

    `whole_weekday` is the day of the week, 0 for Monday, on which a list is read to its end.
    """

    most_requests: Count
    posts_days: DayCount
    whole_weekday: Weekday

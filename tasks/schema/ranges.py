"""In which range a chosen number must lie, said once: the types of the parameters' fields.

Annotated numbers are plain numbers to whoever computes with them; whoever loads a configuration checks the range.
No range holds NaN or infinity, and none a number that could only be a slip of the keyboard.
"""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from annotated_types import Interval, MinLen, Predicate


def is_ascending(numbers: tuple[float, ...]) -> bool:
    """Whether each number is larger than the one before it."""
    return all(before < after for before, after in pairwise(numbers))


Count = Annotated[int, Interval(ge=0, le=1_000_000_000)]
PositiveCount = Annotated[int, Interval(ge=1, le=1_000_000_000)]
DayCount = Annotated[int, Interval(ge=0, le=36_500)]
PositiveDayCount = Annotated[int, Interval(ge=1, le=36_500)]
HourCount = Annotated[int, Interval(ge=0, le=8_784)]
Weekday = Annotated[int, Interval(ge=0, le=6)]
Seed = Annotated[int, Interval(ge=0, le=4_294_967_295)]
Share = Annotated[float, Interval(ge=0, le=1)]
Probability = Annotated[float, Interval(gt=0, lt=1)]
Amount = Annotated[float, Interval(ge=0, le=1_000_000_000)]
"""What is compared with a count, or smooths one, and need not be whole."""
Ratio = Annotated[float, Interval(ge=0, le=1_000_000)]
PositiveRatio = Annotated[float, Interval(gt=0, le=1_000_000)]
Points = Annotated[float, Interval(gt=0, le=100)]
Spreads = Annotated[float, Interval(gt=0, le=1_000)]
"""A distance in spreads of a distribution, as a z."""
NatsFor = Annotated[float, Interval(ge=0, le=100)]
NatsAgainst = Annotated[float, Interval(ge=-100, le=0)]
Nats = Annotated[float, Interval(ge=-100, le=100)]
Usd = Annotated[Decimal, Interval(ge=Decimal(0), le=Decimal(1_000_000_000))]
WeightQuantiles = Annotated[tuple[Nats, ...], MinLen(1), Predicate(is_ascending)]
Ages = Annotated[tuple[PositiveDayCount, ...], Predicate(is_ascending)]
Edges = Annotated[tuple[Amount, ...], MinLen(1), Predicate(is_ascending)]

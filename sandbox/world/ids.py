"""Ids that carry their moment as X's do, and the row of our tables that they belong to.

X's ids are snowflakes: milliseconds since November 2010 above 22 low bits (X's documents; user ids since 2016-02-17).
The low bits hold a row number here, turned by a fixed odd factor so that neighbors do not look alike.
So an id is found again without a dictionary, also among millions.
"""

import numpy as np

from sandbox.world.randomness import Numbers

SNOWFLAKE_EPOCH = 1_288_834_974_657
# 2016-02-17: users created earlier have short ids.
USER_SNOWFLAKES = 1_455_667_200_000
# 2006-03-21: the first account.
FIRST_USER = 1_142_899_200_000
SHORT_STEP = 3 * 86_400_000
LOW = 22
CAPACITY = 1 << LOW
MASK = CAPACITY - 1
FACTOR = 2_654_435
INVERSE = pow(FACTOR, -1, CAPACITY)


def turned(numbers: Numbers) -> Numbers:
    """Row numbers under which neighbors look unlike."""
    return (numbers * FACTOR) & MASK


def post_ids(created: Numbers, numbers: Numbers) -> Numbers:
    """Snowflakes of posts created at these milliseconds."""
    return ((created - SNOWFLAKE_EPOCH) << LOW) | turned(numbers)


def user_ids(created: Numbers, numbers: Numbers) -> Numbers:
    """Ids of users created at these milliseconds: snowflakes, or short and rising ones before 2016-02-17."""
    steps = np.where(
        created >= USER_SNOWFLAKES,
        np.maximum(created - SNOWFLAKE_EPOCH, 0),
        (created - FIRST_USER) // SHORT_STEP,
    )
    return (steps << LOW) | turned(numbers)


def number(id_: int) -> int:
    """The row number an id would belong to; whether such an id exists is for the caller to compare."""
    return ((id_ & MASK) * INVERSE) & MASK


def first_id_at(ms: int) -> int:
    """The smallest post id that could have been given at these milliseconds."""
    return max(ms - SNOWFLAKE_EPOCH, 0) << LOW

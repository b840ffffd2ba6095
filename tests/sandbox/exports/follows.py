"""How many have come into sight among an account's followers, and gone out of it, by each of many moments."""

import numpy as np

from sandbox.world.audience import Audience, ComputedAudience, Follows, MemoryAudience
from sandbox.world.randomness import Numbers


def comings_and_goings(audience: Audience | None, moments: Numbers) -> tuple[Numbers, Numbers]:
    """How often anybody had come, and gone, by each moment: their difference is the followers count.

    The list of an account without an audience never changes.

    Raises:
        TypeError: The audience is of a kind whose comings are not known.
    """
    if audience is None:
        return np.zeros_like(moments), np.zeros_like(moments)
    if isinstance(audience, MemoryAudience):
        begun, ended = _in_sight(audience.follows)
        return _by(begun, moments), _by(ended, moments)
    if isinstance(audience, ComputedAudience):
        came = np.array([audience.slots(at) for at in moments.tolist()], dtype=np.int64)
        return came, _by(audience.left(np.arange(came.max())), moments)
    message = f"The comings of a {type(audience).__name__} are not known: teach `comings_and_goings` to find them."
    raise TypeError(message)


def _in_sight(follows: Follows) -> tuple[Numbers, Numbers]:
    """When each stretch in sight begins and ends: a follow has one before it is hidden, and one after."""
    begun = np.concatenate([follows.followed, np.maximum(follows.followed, follows.hidden_until)])
    ended = np.concatenate([np.minimum(follows.left, follows.hidden_from), follows.left])
    is_seen = begun < ended
    return begun[is_seen], ended[is_seen]


def _by(times: Numbers, moments: Numbers) -> Numbers:
    return np.searchsorted(np.sort(times), moments, side="right").astype(np.int64)

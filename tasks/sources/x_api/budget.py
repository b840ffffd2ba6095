"""What may still be spent: a hard stop before the call that could exceed it."""

from contextlib import AbstractContextManager
from decimal import Decimal
from threading import RLock


class Budget:
    """A limit in USD for one run: nothing is asked whose worst case exceeds what is left.

    A budget `within` another is bound by both, such as an account's by the day's.
    """

    def __init__(self, limit: Decimal, spent: Decimal = Decimal(0), within: "Budget | None" = None) -> None:
        """Begin with what was spent before."""
        self.limit = limit
        self.spent = spent
        self._reserved = Decimal(0)
        self._within = within
        self._lock: AbstractContextManager[bool] = RLock() if within is None else within._lock  # noqa: SLF001 - one lock for the whole chain

    @property
    def left(self) -> Decimal:
        """USD that may still be spent."""
        own = self.limit - self.spent - self._reserved
        return own if self._within is None else min(own, self._within.left)

    def reserve(self, wanted: int, smallest: int, price: Decimal) -> int:
        """How many objects at that worst price may be asked for, set aside until `settle`; 0 when too few."""
        with self._lock:
            affordable = wanted if price == 0 else min(wanted, int(max(self.left, Decimal(0)) / price))
            if affordable < smallest:
                return 0
            self._move(affordable * price, Decimal(0))
            return affordable

    def settle(self, reserved: Decimal, cost: Decimal) -> None:
        """Give back what was set aside, and take what the response cost."""
        with self._lock:
            self._move(-reserved, cost)

    def _move(self, reserved: Decimal, cost: Decimal) -> None:
        self._reserved += reserved
        self.spent += cost
        if self._within is not None:
            self._within._move(reserved, cost)  # noqa: SLF001 - the other budget is of this class

"""What may still be spent: a hard stop before the call that could exceed it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from threading import RLock


class LimitError(ValueError):
    """A limit that cannot be meant."""


@dataclass(frozen=True)
class Limits:
    """What may be spent in USD: config/pipeline.toml, [budget].

    `day_usd` and `month_usd` bind all accounts together, on a UTC day and in a calendar month of UTC days;
    `account_day_usd` binds each account's own readings on a day, where the account does not name another sum.
    """

    day_usd: Decimal
    month_usd: Decimal
    account_day_usd: Decimal

    def __post_init__(self) -> None:
        """Refuse a negative limit."""
        if min(self.day_usd, self.month_usd, self.account_day_usd) < 0:
            message = "A budget is negative: budgets are USD, zero or more."
            raise LimitError(message)

    def of_day(self, spent: Decimal, spent_before: Decimal) -> "Budget":
        """The budget of a day on which that much was spent, and that much on the earlier days of its month."""
        month = Budget(self.month_usd, spent_before + spent)
        return Budget(self.day_usd, spent, within=month)


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

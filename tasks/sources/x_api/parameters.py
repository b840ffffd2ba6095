"""What people choose about reading X, config/pipeline.toml [reading], [prices] and [budget]; what a budget leaves."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from threading import RLock

from tasks.schema.ranges import Ages, Count, DayCount, HourCount, PositiveDayCount, Ratio, Share, Usd
from tasks.sources.x_api.endpoints import ENDPOINTS, Endpoint


@dataclass(frozen=True)
class ReadingParameters:
    """When posts are read, and the people behind them: config/pipeline.toml, [reading].

    A post is read when it is `settled_hours` old, and again at the ages of `again_days` if it moves.
    A whole list is read every `scan_days` days, where full scans are scheduled.
    The first reading of an account's posts goes `first_days` back.
    People are listed for posts that are at most `engagers_days` old when they have settled.
    """

    settled_hours: HourCount
    again_days: Ages
    engagers_days: DayCount
    moving_ratio: Ratio
    rising_share: Share
    jump_ratio: Ratio
    minimum_jump_count: Count
    first_days: DayCount
    sample_followers: Count
    scan_days: PositiveDayCount

    @property
    def settled(self) -> timedelta:
        """The age at which a post is read."""
        return timedelta(hours=self.settled_hours)


class PriceError(ValueError):
    """The price list is not complete."""


@dataclass(frozen=True)
class Prices:
    """USD per object by endpoint name, and the price of an owned read.

    `per_request` prices endpoints whose requests are billed instead of objects.
    With `bills_expansions` an object in `includes` costs as much as a look-up of it.
    """

    per_object: Mapping[str, Usd]
    owned: Usd
    per_request: Mapping[str, Usd]
    bills_expansions: bool = True

    def __post_init__(self) -> None:
        """Refuse a list that leaves an endpoint without a price, or states a negative one."""
        wanted = {endpoint.price_name for endpoint in ENDPOINTS.values()}
        if missing := sorted(wanted - set(self.per_object) - set(self.per_request)):
            message = f"The price list lacks {', '.join(missing)}: add them, in USD per object."
            raise PriceError(message)
        if min(self.owned, *self.per_object.values(), *self.per_request.values()) < 0:
            message = "The price list holds a negative price: prices are USD, zero or more."
            raise PriceError(message)

    def of_object(self, endpoint: Endpoint, *, is_owned: bool) -> Decimal:
        """USD for one new object in `data`."""
        if is_owned and endpoint.has_owned_price:
            return self.owned
        return self.per_object.get(endpoint.price_name, Decimal(0))

    def of_author(self) -> Decimal:
        """USD for one new author in `includes`: the only objects there that are asked for."""
        return self.per_object["users"] if self.bills_expansions else Decimal(0)

    def of_request(self, endpoint: Endpoint) -> Decimal:
        """USD for a request as such."""
        return self.per_request.get(endpoint.price_name, Decimal(0))

    def worst(self, endpoint: Endpoint, *, is_owned: bool, expands_authors: bool) -> Decimal:
        """USD that one object of a page costs at most: itself, and its author where authors are expanded."""
        author = self.of_author() if expands_authors else Decimal(0)
        return self.of_object(endpoint, is_owned=is_owned) + author


class LimitError(ValueError):
    """A limit that cannot be meant."""


@dataclass(frozen=True)
class Limits:
    """What may be spent in USD: config/pipeline.toml, [budget].

    `day_usd` and `month_usd` bind all accounts together, on a UTC day and in a calendar month of UTC days;
    `account_day_usd` binds each account's own readings on a day, where the account does not name another sum;
    `decide_usd` is what may stand back for readings that would decide open rises, nothing in a file without it.
    """

    day_usd: Usd
    month_usd: Usd
    account_day_usd: Usd
    decide_usd: Usd = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse a negative limit."""
        if min(self.day_usd, self.month_usd, self.account_day_usd, self.decide_usd) < 0:
            message = "A budget is negative: budgets are USD, zero or more."
            raise LimitError(message)

    def of_day(self, spent: Decimal, spent_before: Decimal) -> "Budget":
        """The budget of a day on which that much was spent, and that much on the earlier days of its month."""
        month = Budget(self.month_usd, spent_before + spent)
        return Budget(self.day_usd, spent, within=month)

    def for_deciding(self, prices: Iterable[Decimal]) -> Decimal:
        """USD that stand back for readings at these prices: the cheapest first, whole ones, up to `decide_usd`.

        >>> Limits(Decimal(5), Decimal(60), Decimal(5), Decimal(2)).for_deciding(map(Decimal, ("7.60", "1.00", "0.25")))
        Decimal('1.25')
        """
        sums = accumulate(sorted(prices))
        return max((total for total in sums if total <= self.decide_usd), default=Decimal(0))


@dataclass(frozen=True)
class CountsReserve:
    """USD that stand back for counts, before everything else is read: a count that is missed cannot be bought later.

    `today` is what the counts of the day still cost, `month` the same of the days after it in its calendar month.
    """

    today: Decimal
    month: Decimal

    @classmethod
    def of(cls, accounts_count: int, price: Decimal, day: date, spent: Decimal) -> "CountsReserve":
        """For so many accounts at a price each, of whose counts that much was paid on the day.

        >>> CountsReserve.of(2, Decimal("0.01"), date(2026, 7, 30), Decimal("0.02")).month
        Decimal('0.02')
        """
        days_left = monthrange(day.year, day.month)[1] - day.day
        return cls(max(accounts_count * price - spent, Decimal(0)), accounts_count * price * days_left)

    def rest_of(self, budget: "Budget", month_left: Decimal) -> "Budget":
        """The budget of all that is no count: what is left of the day, and of the month, beyond the reserve."""
        spare = min(budget.left - self.today, month_left - self.today - self.month)
        return Budget(max(spare, Decimal(0)), within=budget)


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

"""What was spent, derived from the raw pages, and what may still be spent.

X bills each object once per UTC day; failures and empty pages cost nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from threading import RLock

import pandas as pd

from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.price import Prices
from tasks.tables.frames import arrow, frame
from tasks.tables.staged import API_SPEND


@dataclass(frozen=True)
class Charge:
    """What one response costs: USD for the objects not yet billed on its UTC day."""

    objects_count: int
    new_objects_count: int
    price_usd: Decimal


class Ledger:
    """The bill so far: which object was billed on which UTC day, and what that came to."""

    def __init__(self, prices: Prices, pages: Iterable[Envelope] = ()) -> None:
        """Begin with what earlier pages of the day have cost."""
        self.prices = prices
        self._billed: defaultdict[tuple[date, str], set[int]] = defaultdict(set)
        self._spent: defaultdict[date, Decimal] = defaultdict(Decimal)
        for page in sorted(pages, key=_by_arrival):
            self.charge(page)

    def spent(self, day: date) -> Decimal:
        """USD billed on the UTC day."""
        return self._spent[day]

    def charge(self, page: Envelope) -> Charge:
        """What the page costs, now part of the bill."""
        day = billing_day(page)
        users, posts = page.included("users"), page.included("tweets", "posts")
        kinds = [
            (page.source.billed_as, page.objects, self.prices.of_object(page.source, is_owned=page.is_owned)),
            ("user", users, self.prices.of_included("user")),
            ("post", posts, self.prices.of_included("post")),
        ]
        new = [(self._bill(day, kind, objects), price) for kind, objects, price in kinds]
        cost = sum((count * price for count, price in new), Decimal(0))
        cost += self.prices.of_request(page.source) if page.is_good else 0
        self._spent[day] += cost
        return Charge(sum(len(objects) for _, objects, _ in kinds), sum(count for count, _ in new), cost)

    def _bill(self, day: date, kind: str, objects: list[dict[str, str]]) -> int:
        billed = self._billed[day, kind]
        before = len(billed)
        billed.update(int(entry["id"]) for entry in objects)
        return len(billed) - before


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


def billing_day(page: Envelope) -> date:
    """The UTC day to which X bills the page: that of its arrival, also when the day being read has just ended."""
    return page.received_at.astimezone(UTC).date()


def api_spend(pages: Iterable[Envelope], prices: Prices) -> pd.DataFrame:
    """Rows of `api_spend`, one per request, in the order of arrival.

    A UTC day is billed right when all pages of it are given: also those of the day before that arrived after midnight.
    """
    ledger = Ledger(prices)
    rows = [_row(page, ledger.charge(page)) for page in sorted(pages, key=_by_arrival)]
    columns = pd.DataFrame(rows, columns=API_SPEND.schema.names)
    return frame(arrow(API_SPEND, columns))


def _row(page: Envelope, charge: Charge) -> dict[str, object]:
    return {
        "request_id": page.request_id,
        "spent_at": page.received_at,
        "spend_date": billing_day(page),
        "endpoint": page.source.path,
        "status_code": page.status,
        "objects_count": charge.objects_count,
        "new_objects_count": charge.new_objects_count,
        "price_usd": float(charge.price_usd),
    }


def _by_arrival(page: Envelope) -> tuple[object, str]:
    return (page.received_at, page.request_id)

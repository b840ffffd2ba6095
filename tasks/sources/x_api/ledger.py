"""What was spent, derived from the raw pages.

X bills each object once per UTC day; failures and empty pages cost nothing.
Whether a post read as an owned one is free at its full price later that day is not documented: it is billed again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pandas as pd

from tasks.schema.frames import arrow, frame
from tasks.schema.staged import ACCOUNT_SPEND, API_SPEND
from tasks.sources.x_api.pages import Ids, RawPage, object_ids, page_files, page_in
from tasks.sources.x_api.parameters import Prices
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

LOOK_UP_BATCH = "accounts-"
"""With this begins the name of a batch that asks for the counts of many accounts."""


@dataclass(frozen=True)
class Charge:
    """What one response costs: USD for the objects not yet billed on its UTC day."""

    objects_count: int
    new_objects_count: int
    price_usd: Decimal


@dataclass(frozen=True)
class BillItem:
    """What a response may be billed for: ids that X bills under one name, at one price each."""

    kind: str
    ids: Ids
    price: Decimal


@dataclass(frozen=True)
class Bill:
    """A response as X bills it, without its body.

    `account_ids` are those for whom it was asked: the account of its batch, or those whom a look-up of many answered.
    """

    request_id: str
    account_ids: tuple[str, ...]
    batch: str
    received_at: datetime
    path: str
    status: int | None
    items: tuple[BillItem, ...]
    base_price: Decimal

    @property
    def day(self) -> date:
        """The UTC day of the bill: that of the arrival, also when the day being read has just ended."""
        return self.received_at.astimezone(UTC).date()


def bill(page: RawPage, prices: Prices) -> Bill:
    """What the page may be billed for; nothing for a failure."""
    price = prices.of_object(page.source, is_owned=page.is_owned)
    items = (
        BillItem(page.source.billed_name, object_ids(page.content.billed), price),
        BillItem("user", object_ids(page.authors), prices.of_author()),
    )
    base_price = prices.of_request(page.source) if page.is_good else Decimal(0)
    base_price += page.content.unnamed_count * price
    accounts = dict.fromkeys(str(entry["id"]) for entry in page.objects) if _is_look_up(page.batch) else (page.batch,)
    return Bill(
        page.request_id, tuple(accounts), page.batch, page.received_at, page.source.path, page.status, items, base_price
    )


def _is_look_up(batch: str) -> bool:
    return batch.startswith(LOOK_UP_BATCH)


class Ledger:
    """The bill so far: which object was billed on which UTC day, and what that came to."""

    def __init__(self, prices: Prices, pages: Iterable[RawPage] = ()) -> None:
        """Begin with what earlier pages of the day have cost."""
        self.prices = prices
        self._billed: defaultdict[tuple[date, str, Decimal], set[int]] = defaultdict(set)
        self._spent: defaultdict[date, Decimal] = defaultdict(Decimal)
        self._spent_on: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
        for entry in _by_arrival(bill(page, prices) for page in pages):
            self.settle(entry)

    def spent(self, day: date) -> Decimal:
        """USD billed on the UTC day."""
        return self._spent[day]

    def spent_on(self, day: date, batch: str) -> Decimal:
        """USD billed on the UTC day for the pages of one batch, such as those of an account."""
        return self._spent_on[day, batch]

    def spent_on_counts(self, day: date) -> Decimal:
        """USD billed on the UTC day for the counts of accounts."""
        spent = (usd for (on, batch), usd in self._spent_on.items() if on == day and _is_look_up(batch))
        return sum(spent, Decimal(0))

    def charge(self, page: RawPage) -> Charge:
        """What the page costs, now part of the bill."""
        return self.settle(bill(page, self.prices))

    def settle(self, entry: Bill) -> Charge:
        """What a bill costs, now that the earlier ones of its day are known."""
        new = [(self._new_count(entry.day, item), item.price) for item in entry.items]
        cost = sum((count * price for count, price in new), entry.base_price)
        self._spent[entry.day] += cost
        self._spent_on[entry.day, entry.batch] += cost
        return Charge(sum(len(item.ids) for item in entry.items), sum(count for count, _ in new), cost)

    def _new_count(self, day: date, item: BillItem) -> int:
        billed = self._billed[day, item.kind, item.price]
        before = len(billed)
        billed.update(item.ids.tolist())
        return len(billed) - before


def pages_billed_on(root: Path, day: date) -> Iterator[RawPage]:
    """The pages that arrived on the UTC day: read for it, or for the day before and arrived after midnight."""
    in_time = (page_in(file) for file in page_files(root, day) if not file.is_late)
    return chain(late_pages(root, day), in_time)


def late_pages(root: Path, day: date) -> Iterator[RawPage]:
    """The pages that arrived on the UTC day, but were read for the day before."""
    late = (page_in(file) for file in page_files(root, day - timedelta(days=1)) if file.is_late)
    return (page for page in late if page.received_at.astimezone(UTC).date() == day)


def spend_tables(bills: Iterable[Bill], prices: Prices) -> dict[str, pd.DataFrame]:
    """Rows of `api_spend` and of `account_spend`, by name: the same dollars by request and by account.

    A UTC day is right when the bills of all `pages_billed_on` it are given.
    A look-up of many accounts is shared evenly among those it answered; every other request is made for one.
    """
    ledger, rows = Ledger(prices), []
    spent: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for entry in _by_arrival(bills):
        charge = ledger.settle(entry)
        rows.append(_row(entry, charge))
        accounts = entry.account_ids
        for account_id in accounts:
            spent[account_id, entry.day] += charge.price_usd / len(accounts)
    shared = [(*key, float(dollars)) for key, dollars in sorted(spent.items())]
    return {
        API_SPEND.name: frame(arrow(API_SPEND, pd.DataFrame(rows, columns=API_SPEND.schema.names))),
        ACCOUNT_SPEND.name: frame(arrow(ACCOUNT_SPEND, pd.DataFrame(shared, columns=ACCOUNT_SPEND.schema.names))),
    }


def month_cost_before(root: DataRoot, day: date) -> Decimal:
    """USD that the earlier days of the day's calendar month have cost, by the staged ledger."""
    earlier = Selection(days=(day.replace(day=1), day - timedelta(days=1)), columns=("spend_date", "price_usd"))
    prices = frame(Tables(root).staged(API_SPEND, earlier))["price_usd"]
    return sum((Decimal(str(round(price, 4))) for price in prices), Decimal(0))


def _row(entry: Bill, charge: Charge) -> dict[str, object]:
    return {
        "request_id": entry.request_id,
        "spent_at": entry.received_at,
        "spend_date": entry.day,
        "endpoint": entry.path,
        "status_code": entry.status,
        "objects_count": charge.objects_count,
        "new_objects_count": charge.new_objects_count,
        "price_usd": float(charge.price_usd),
    }


def _by_arrival(bills: Iterable[Bill]) -> list[Bill]:
    return sorted(bills, key=lambda entry: (entry.received_at, entry.request_id))

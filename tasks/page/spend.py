"""What reading X cost, over all accounts."""

from dataclasses import dataclass

import pandas as pd

from tasks.page import words


@dataclass(frozen=True)
class SpendRow:
    """What one endpoint cost."""

    endpoint: str
    requests: str
    objects: str
    price: str


@dataclass(frozen=True)
class Spend:
    """The bill in a sentence and by endpoint, the dearest first."""

    summary: str
    rows: list[SpendRow]


def spend(requests: pd.DataFrame) -> Spend | None:
    """The bill of all requests; None when X was never asked."""
    if requests.empty:
        return None
    days = requests.groupby("spend_date")["price_usd"].sum()
    first, last = days.index.min(), days.index.max()
    summary = (
        f"{words.money(days.sum())} for {words.plural(len(requests), 'request')} {words.span(first, last)}, "
        f"{words.money(days.loc[last])} of it on the last of these days, at the prices configured. "
        "What each account cost stands in account_daily, in spent_usd."
    )
    totals = requests.groupby("endpoint").agg(
        requests=("request_id", "size"), objects=("new_objects_count", "sum"), price=("price_usd", "sum")
    )
    ordered = totals.sort_values("price", ascending=False, kind="stable").reset_index()
    rows = [
        SpendRow(str(row.endpoint), words.count(row.requests), words.count(row.objects), words.money(row.price))
        for row in ordered.itertuples()
    ]
    return Spend(summary, rows)

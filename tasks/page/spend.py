"""What reading X cost, over all accounts: by endpoint for the page, by day for an operator."""

import pandas as pd

from tasks.page.words import format_count, format_days, format_usd, pluralize


def spend_sentences(requests: pd.DataFrame) -> str:
    """The bill of all requests; empty when X was never asked."""
    if requests.empty:
        return ""
    days = requests.groupby("spend_date")["price_usd"].sum()
    first, last = days.index.min(), days.index.max()
    return (
        f"{format_usd(days.sum())} for {pluralize(len(requests), 'request')} {format_days(first, last)}, "
        f"{format_usd(days.loc[last])} of it on the last of these days, at the prices configured. "
        "What each account cost stands in account_daily, in spent_usd."
    )


def spend_by_endpoint(requests: pd.DataFrame) -> list[dict[str, str]]:
    """What each endpoint cost, the dearest first."""
    by_endpoint = requests.groupby("endpoint").agg(
        requests=("request_id", "size"), objects=("new_objects_count", "sum"), price=("price_usd", "sum")
    )
    return [
        {
            "endpoint": str(row.endpoint),
            "requests": format_count(row.requests),
            "objects": format_count(row.objects),
            "price": format_usd(row.price),
        }
        for row in by_endpoint.sort_values("price", ascending=False, kind="stable").reset_index().itertuples()
    ]


def spend_by_day(spend: pd.DataFrame, budget_usd: float) -> list[dict[str, str | int | float]]:
    """One row per UTC day of `api_spend`, newest first: requests, objects, USD, and what part of the budget that is."""
    by_day = spend.groupby("spend_date", sort=True).agg(
        requests=("request_id", "size"), objects=("new_objects_count", "sum"), usd=("price_usd", "sum")
    )
    return [
        {
            "day": f"{day:%Y-%m-%d}",
            "requests": int(row.requests),
            "objects billed": int(row.objects),
            "spent in USD": round(float(row.usd), 4),
            "budget in USD": budget_usd,
            "of the budget": f"{row.usd / budget_usd:.1%}" if budget_usd else "no budget",
        }
        for day, row in by_day.iloc[::-1].iterrows()
    ]

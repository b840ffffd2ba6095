"""Asking within the budget: the worst case is set aside before the call, the true cost is taken after it."""

from collections.abc import Mapping
from decimal import Decimal

from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.transport import Desk, Request, ask, is_priced_as_owned


def affordable(desk: Desk, request: Request, wanted: int) -> int:
    """How many objects the next call may ask for, now set aside; 0 when the budget does not allow the smallest page."""
    endpoint = request.endpoint
    size = min(max(wanted, endpoint.smallest_page), endpoint.largest_page)
    return desk.budget.reserve(size, endpoint.smallest_page, _worst_price(desk, request))


def ask_paid(desk: Desk, request: Request, keywords: Mapping[str, str], allowed: int, sequence: int) -> list[Envelope]:
    """The responses, as `ask` gives them; what they cost replaces what `affordable` set aside for them."""
    cost = Decimal(0)
    try:
        responses = ask(desk, request, keywords, sequence)
        cost = sum((desk.ledger.charge(page).price_usd for page in responses), cost)
    finally:
        desk.budget.settle(allowed * _worst_price(desk, request), cost)
    return responses


def _worst_price(desk: Desk, request: Request) -> Decimal:
    return desk.ledger.prices.worst(
        request.endpoint, is_owned=is_priced_as_owned(desk, request), expands_authors=request.expands_authors
    )

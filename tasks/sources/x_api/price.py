"""What X charges, as data that the caller passes in: USD per object that a response holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tasks.sources.x_api.endpoints import ENDPOINTS, Endpoint


class PriceError(ValueError):
    """The price list is not complete."""


@dataclass(frozen=True)
class Prices:
    """USD per object by endpoint name, and the price of an owned read.

    `per_request` prices endpoints whose requests are billed instead of objects.
    With `bills_expansions` an object in `includes` costs as much as a look-up of it.
    """

    per_object: Mapping[str, Decimal]
    owned: Decimal
    per_request: Mapping[str, Decimal]
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

    def of_included(self, kind: str) -> Decimal:
        """USD for one new object in `includes`, by its kind."""
        if not self.bills_expansions:
            return Decimal(0)
        return self.per_object["users" if kind == "user" else "posts"]

    def of_request(self, endpoint: Endpoint) -> Decimal:
        """USD for a request as such."""
        return self.per_request.get(endpoint.price_name, Decimal(0))

    def worst(self, endpoint: Endpoint, *, is_owned: bool, expands_authors: bool) -> Decimal:
        """USD that one object of a page costs at most: itself, and its author where authors are expanded."""
        author = self.of_included("user") if expands_authors else Decimal(0)
        return self.of_object(endpoint, is_owned=is_owned) + author

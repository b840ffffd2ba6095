"""One request on the context, and the answer that leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sandbox.server import problems
from sandbox.server.access import Caller
from sandbox.server.bill import Bill, Charge
from sandbox.server.endpoints import OWNED_MILLS
from sandbox.server.page_tokens import PageStart, decode_token, encode_token
from sandbox.server.problems import Json
from sandbox.server.query import Query, is_id
from sandbox.server.vocabulary import Vocabulary
from sandbox.settings import Settings
from sandbox.world.randomness import Numbers
from sandbox.world.user_view import UserView, find_handle, find_user
from sandbox.world.world import World


@dataclass
class Answer:
    """What a 200 will say, before it is put into bytes."""

    # A list for pages and look-ups, an object for one user, None where there is only an error.
    data: list[Json] | Json | None = None
    errors: list[Json] = field(default_factory=list)
    includes: dict[str, list[Json]] = field(default_factory=dict)
    meta: Json | None = None
    charges: list[Charge] = field(default_factory=list)
    # Where the next page begins; None on the last.
    next_skip: int | None = None


@dataclass(frozen=True)
class RequestContext:
    """One request: who asks for what, of which world, at which moment (milliseconds)."""

    world: World
    settings: Settings
    query: Query
    caller: Caller
    path: Mapping[str, str]
    at: int
    serial: int
    bill: Bill

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of this endpoint."""
        return self.query.vocabulary

    def users(self, numbers: Numbers) -> UserView:
        """People as the API shows them now: counts may lag behind lists."""
        return UserView(self.world, numbers, self.at - 1_000 * self.settings.count_lag_seconds)

    def find_user(self, id_: int) -> int | None:
        """The row of a user who exists now, suspended or not."""
        return find_user(self.world, id_, self.at)

    def find_handle(self, handle: str) -> int | None:
        """The row of the user with a handle."""
        return find_handle(self.world, handle, self.at)

    def charge(self, ids: list[int]) -> Charge:
        """The charge for the objects of a page."""
        endpoint = self.query.endpoint
        return Charge(endpoint.resource, OWNED_MILLS if self._reads_own else endpoint.mills, tuple(ids))

    @property
    def _reads_own(self) -> bool:
        own = self.caller.account_id
        is_owner = own is not None and own == self.settings.app_owner_id
        return self.query.endpoint.is_owned and is_owner and self.path.get("id") == str(own)

    @property
    def resource(self) -> str:
        """What a pagination token is good for: this endpoint and path only."""
        return f"{self.query.endpoint.name} {dict(self.path)}"

    def skip(self) -> int:
        """How many objects lie before this page.

        Raises:
            Refusal: 400, the token is not ours or has expired.
        """
        parameter = "next_token" if "next_token" in self.query.values else "pagination_token"
        token = self.query.values.get(parameter)
        if token is None:
            return 0
        start = decode_token(token, self.resource)
        lifetime = self.settings.token_seconds
        if start is None or (lifetime is not None and self.at // 1_000 > start.given_at + lifetime):
            raise self.query.refuse(parameter)
        return start.skip

    def token(self, skip: int) -> str:
        """The token of a page."""
        return encode_token(PageStart(skip, self.at // 1_000), self.resource)

    def page_size(self) -> int:
        """How many objects are asked for.

        Raises:
            Refusal: 400, out of range.
        """
        lowest, highest, default = self.query.endpoint.page or (1, 100, 100)
        return self.query.integer("max_results", lowest, highest, default)

    def path_id(self) -> int:
        """The id in the path.

        Raises:
            Refusal: 400, not an id.
        """
        text = self.path["id"]
        if not is_id(text):
            raise problems.invalid(self.vocabulary, "id", text, f"The `id` query parameter value [{text}] is not valid")
        return int(text)

    def refusal_of_user(self, parameter: str, value: str, number: int | None) -> Json | None:
        """Why a user cannot be shown; None if it can."""
        if number is None:
            return problems.missing(self.vocabulary, "user", parameter, value)
        if bool(self.world.suspended(np.array([number]), self.at)[0]):
            return problems.suspended(self.vocabulary, parameter, value)
        return None

    def refusal_of_lists(self, number: int | None) -> Json | None:
        """Why the lists of the user in the path cannot be read; None if they can."""
        refusal = self.refusal_of_user("id", self.path["id"], number)
        if refusal is not None or number is None or self.path["id"] == str(self.caller.account_id):
            return refusal
        is_protected: list[Any] = UserView(self.world, np.array([number]), self.at).column("protected")
        return problems.protected(self.vocabulary, self.path["id"]) if is_protected[0] else None

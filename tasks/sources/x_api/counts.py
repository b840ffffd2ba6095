"""Reading the counts of all accounts at once."""

from collections.abc import Sequence
from typing import Literal

from tasks.sources.x_api.endpoints import USERS, USERS_BY
from tasks.sources.x_api.lists import status_for
from tasks.sources.x_api.lookups import answered_names, look_up
from tasks.sources.x_api.pages import Envelope, read_pages
from tasks.sources.x_api.problems import account_reason, problems
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.transport import Desk, Request

By = Literal["ids", "usernames"]

_ENDPOINTS = {"ids": USERS, "usernames": USERS_BY}


def fetch_counts(desk: Desk, names: Sequence[str], by: By) -> list[Reading]:
    """How the reading of each account's counts went, in the order of the names: decimal ids, or handles without @.

    The account of a handle that X does not know is `@handle`.
    """
    endpoint = _ENDPOINTS[by]
    pages = read_pages(desk.root, desk.day, "accounts-*")
    answered = _answers(pages, endpoint.name, by)
    # Whom X left out is asked for again by the next run of the day: an answer that names nobody is free.
    left = [name for name in dict.fromkeys(names) if _found(name, by, answered.get(name.lower())) is None]
    batch = f"accounts-{_next_batch(pages)}"
    reason = look_up(desk, left, lambda joined: Request(endpoint, batch, identity={by: joined}), sequence=0)
    return counts_so_far(desk, names, by, reason)


def counts_so_far(desk: Desk, names: Sequence[str], by: By, reason: str | None) -> list[Reading]:
    """As `fetch_counts`, by the pages that are on disk; `reason` is why there is no page for some of the names."""
    answered = _answers(read_pages(desk.root, desk.day, "accounts-*"), _ENDPOINTS[by].name, by)
    return [_reading(name, by, answered.get(name.lower()), reason) for name in names]


def _answers(pages: Sequence[Envelope], endpoint: str, by: By) -> dict[str, Envelope]:
    asked = [page for page in pages if page.endpoint == endpoint]
    return {name: page for page in asked for name in answered_names([page], by)}


def _next_batch(pages: Sequence[Envelope]) -> int:
    taken = (int(page.batch.removeprefix("accounts-")) for page in pages)
    return max(taken, default=-1) + 1


def _reading(name: str, by: By, page: Envelope | None, unread: str | None) -> Reading:
    found = _found(name, by, page)
    reason = unread if page is None else _absence(name, page) if found is None else None
    return Reading(
        account_id=found or (name if by == "ids" else f"@{name}"),
        subject="counts",
        status=status_for(reason, has_pages=False),
        reason=reason,
        pages_count=int(page is not None),
        objects_count=int(found is not None),
    )


def _found(name: str, by: By, page: Envelope | None) -> str | None:
    key = "id" if by == "ids" else "username"
    users = [] if page is None else page.objects
    return next((str(user["id"]) for user in users if str(user.get(key)).lower() == name.lower()), None)


def _absence(name: str, page: Envelope) -> str:
    named = [problem for problem in problems(page.body) if _value(problem).lower() == name.lower()]
    return account_reason(named[0]) if named else "not_found"


def _value(problem: dict[str, object]) -> str:
    return str(problem.get("value") or problem.get("resource_id"))

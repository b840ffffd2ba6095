"""Reading who engaged: mentions, quotes, reposters and likers, each where the rights and the budget allow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.endpoints import LIKERS, MENTIONS, QUOTES, REPOSTERS, Endpoint
from tasks.sources.x_api.lists import ListRead, read_list, reading
from tasks.sources.x_api.posts import in_seconds
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.transport import Desk, Request

NO_RIGHT = ListRead(0, 0, "forbidden", is_ended=False)
"""A list that is not even asked for, because the credentials cannot read it."""


@dataclass(frozen=True)
class Engagers:
    """Whom to read: mentions since a moment, and the quotes, reposters and likers of given posts.

    X keeps the newest 800 mentions and 100 reposters, and shows likers of own posts to their author only.
    `expands_authors` buys the profile of who wrote a mention or quote, an expansion that may be billed.
    Without it the post vocabulary does not even tell the author's id, which is a free field of the other.
    """

    mentions_since: datetime | None = None
    quoted_ids: tuple[int, ...] = ()
    reposted_ids: tuple[int, ...] = ()
    liked_ids: tuple[int, ...] = ()
    expands_authors: bool = False


def fetch_engagers(desk: Desk, account: Account, wanted: Engagers) -> Reading:
    """How far the engagers of an account were read; nobody wanted is a complete reading of nothing."""
    lists = [*_mentions(account, wanted), *_of_posts(account, wanted)]
    return reading(account.id, "engagers", list(_parts(desk, lists)))


def _mentions(account: Account, wanted: Engagers) -> Iterator[Request]:
    if wanted.mentions_since is not None:
        since = {"start_time": in_seconds(wanted.mentions_since)}
        yield Request(MENTIONS, account.id, account.id, account.is_owned, since, wanted.expands_authors)


def _of_posts(account: Account, wanted: Engagers) -> Iterator[Request]:
    chosen = ((QUOTES, wanted.quoted_ids), (REPOSTERS, wanted.reposted_ids), (LIKERS, wanted.liked_ids))
    for endpoint, post_ids in chosen:
        expands = wanted.expands_authors and endpoint.holds == "post"
        for post_id in post_ids:
            yield Request(endpoint, account.id, str(post_id), expands_authors=expands)


def _parts(desk: Desk, lists: Iterable[Request]) -> Iterator[ListRead]:
    closed: set[Endpoint] = set() if desk.client.has_user else {LIKERS}
    for request in lists:
        part = NO_RIGHT
        if request.endpoint not in closed:
            part = read_list(desk, request, lambda _, size=request.endpoint.largest_page: size)  # type: ignore[misc]  # mypy cannot infer the bound default
        if part.reason == "forbidden":
            closed.add(request.endpoint)
        yield part

"""What is read of an account beside its followers: counts, own posts, and who engaged with them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from tasks.sources.reading import Reading
from tasks.sources.x_api.endpoints import (
    LIKERS,
    MENTIONS,
    POST_LOOKUP,
    QUOTES,
    REPOSTERS,
    TIMELINE,
    USERS,
    USERS_BY,
    Endpoint,
)
from tasks.sources.x_api.lists import ListRead, look_up, names_with_answer, read_list, reading_of_lists, status_for
from tasks.sources.x_api.page_content import odd_fields
from tasks.sources.x_api.pages import RawPage, read_pages
from tasks.sources.x_api.problems import account_reason, problems
from tasks.sources.x_api.transport import Request, XAccount, XSession

_By = Literal["ids", "usernames"]
_ENDPOINTS = {"ids": USERS, "usernames": USERS_BY}


def fetch_counts(session: XSession, names: Sequence[str], by: _By) -> list[Reading]:
    """How the reading of each account's counts went, in the order of the names: decimal ids, or handles without @.

    The account of a handle that X does not know is `@handle`.
    """
    endpoint = _ENDPOINTS[by]
    pages = read_pages(session.root, session.day, "accounts-*")
    answered = _answers(pages, endpoint.name, by)
    # Whom X left out, or told oddly of, is asked for again by the next run of the day: that is free.
    left = [name for name in dict.fromkeys(names) if not _is_counted(name, by, answered.get(name.lower()))]
    batch = f"accounts-{_next_batch(pages)}"
    reason = look_up(session, left, lambda joined: Request(endpoint, batch, identity={by: joined}), sequence=0)
    return counts_so_far(session, names, by, reason)


def counts_so_far(session: XSession, names: Sequence[str], by: _By, reason: str | None) -> list[Reading]:
    """As `fetch_counts`, by the pages that are on disk; `reason` is why there is no page for some of the names."""
    answered = _answers(read_pages(session.root, session.day, "accounts-*"), _ENDPOINTS[by].name, by)
    return [_counts_reading(name, by, answered.get(name.lower()), reason) for name in names]


def _answers(pages: Sequence[RawPage], endpoint: str, by: _By) -> dict[str, RawPage]:
    asked = [page for page in pages if page.endpoint == endpoint]
    return {name: page for page in asked for name in names_with_answer([page], by)}


def _next_batch(pages: Sequence[RawPage]) -> int:
    taken = (int(page.batch.removeprefix("accounts-")) for page in pages)
    return max(taken, default=-1) + 1


def _counts_reading(name: str, by: _By, page: RawPage | None, unread: str | None) -> Reading:
    found = _found_user(name, by, page)
    reason = unread if page is None else None if _is_counted(name, by, page) else _absence(name, page)
    return Reading(
        account_id=str(found["id"]) if found else (name if by == "ids" else f"@{name}"),
        subject="counts",
        status=status_for(reason, has_pages=found is not None),
        reason=reason,
        pages_count=int(page is not None),
        objects_count=int(found is not None),
    )


def _found_user(name: str, by: _By, page: RawPage | None) -> dict[str, Any] | None:
    key = "id" if by == "ids" else "username"
    users = [] if page is None else page.objects
    return next((user for user in users if str(user.get(key)).lower() == name.lower()), None)


def _is_counted(name: str, by: _By, page: RawPage | None) -> bool:
    """Whether the page tells the account's followers, or leaves them out: an odd count may be right the next time."""
    found = _found_user(name, by, page)
    return found is not None and odd_fields(found).keys().isdisjoint({"followers_count", "public_metrics"})


def _absence(name: str, page: RawPage) -> str:
    named = [problem for problem in problems(page.body) if _value(problem).lower() == name.lower()]
    return account_reason(named[0]) if named else "fault"


def _value(problem: dict[str, object]) -> str:
    return str(problem.get("value") or problem.get("resource_id"))


@dataclass(frozen=True)
class PostWindow:
    """Posts created from `since` on and before `until` (null: until now), both on a whole second.

    `most_posts` is how many to expect at most, so that a small budget is not asked for a whole page.
    """

    since: datetime
    until: datetime | None = None
    most_posts: int | None = None


def fetch_posts(session: XSession, account: XAccount, window: PostWindow) -> Reading:
    """How far the account's own posts of a window were read, replies and reposts included.

    X serves the newest 3,200 (only 800 if replies were left out, so nothing is left out here).
    """
    bounds = {"start_time": _in_seconds(window.since)}
    if window.until is not None:
        bounds["end_time"] = _in_seconds(window.until)
    request = Request(TIMELINE, account.id, account.id, account.is_owned, bounds)
    size = TIMELINE.largest_page if window.most_posts is None else window.most_posts
    return reading_of_lists(account.id, "posts", [read_list(session, request, lambda _: size)])


def fetch_posts_again(session: XSession, account: XAccount, post_ids: Sequence[int]) -> Reading:
    """How the second look at own posts went; a post that stands on a page of the day already is not asked again."""
    looked_up = read_pages(session.root, session.day, account.id, {POST_LOOKUP.name})
    seen = _ids_told(looked_up) | (_ids_on_timeline(session, account) if post_ids else set())
    left = [str(post_id) for post_id in dict.fromkeys(post_ids) if str(post_id) not in seen]
    reason = look_up(
        session,
        left,
        lambda joined: Request(POST_LOOKUP, account.id, identity={"ids": joined}),
        _next_sequence(looked_up),
    )
    pages = read_pages(session.root, session.day, account.id, {POST_LOOKUP.name}) if left else looked_up
    good = [page for page in pages if page.is_good]
    part = ListRead(len(good), sum(len(page.objects) for page in good), reason, is_ended=reason is None)
    return reading_of_lists(account.id, "posts", [part])


def _in_seconds(moment: datetime) -> str:
    """The moment as X takes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ids_told(pages: Sequence[RawPage]) -> set[str]:
    """The posts that X was asked for, but for those of which it told oddly: they may be right the next time."""
    odd = {entry.object_id for page in pages for entry in page.content.rejections if entry.field is None}
    told = {str(post["id"]) for page in pages for post in page.objects}
    return names_with_answer(pages, "ids") - {post_id for post_id in odd if post_id not in told}


def _ids_on_timeline(session: XSession, account: XAccount) -> set[str]:
    pages = read_pages(session.root, session.day, account.id, {TIMELINE.name})
    return {str(post["id"]) for page in pages for post in page.objects}


def _next_sequence(pages: Sequence[RawPage]) -> int:
    return max((page.sequence for page in pages), default=-1) + 1


_NO_RIGHT = ListRead(0, 0, "forbidden", is_ended=False)
"""A list that is not even asked for, because the credentials cannot read it."""
_NO_AUTHORS = ListRead(0, 0, "no_authors", is_ended=False)
"""A list that is not asked for, because X would not tell who wrote its posts."""


@dataclass(frozen=True)
class EngagerRequest:
    """Whom to read: mentions since a moment, and the quotes, reposters and likers of given posts.

    X keeps the newest 800 mentions and 100 reposters, and shows likers of own posts to their author only.
    `expands_authors` buys the profile of who wrote a mention or quote, an expansion that may be billed.
    Without it the post vocabulary does not even tell the author's id, which is a free field of the other: then mentions
    and quotes are not read.
    """

    mentions_since: datetime | None = None
    quoted_ids: tuple[int, ...] = ()
    reposted_ids: tuple[int, ...] = ()
    liked_ids: tuple[int, ...] = ()
    expands_authors: bool = False


def fetch_engagers(session: XSession, account: XAccount, wanted: EngagerRequest) -> Reading:
    """How far the engagers of an account were read; nobody wanted is a complete reading of nothing."""
    lists = [*_mention_lists(account, wanted), *_lists_of_posts(account, wanted)]
    return reading_of_lists(account.id, "engagers", list(_read_lists(session, lists)))


def _mention_lists(account: XAccount, wanted: EngagerRequest) -> Iterator[Request]:
    if wanted.mentions_since is not None:
        since = {"start_time": _in_seconds(wanted.mentions_since)}
        yield Request(MENTIONS, account.id, account.id, account.is_owned, since, wanted.expands_authors)


def _lists_of_posts(account: XAccount, wanted: EngagerRequest) -> Iterator[Request]:
    chosen = ((QUOTES, wanted.quoted_ids), (REPOSTERS, wanted.reposted_ids), (LIKERS, wanted.liked_ids))
    for endpoint, post_ids in chosen:
        expands = wanted.expands_authors and endpoint.holds == "post"
        for post_id in post_ids:
            yield Request(endpoint, account.id, str(post_id), expands_authors=expands)


def _read_lists(session: XSession, lists: Iterable[Request]) -> Iterator[ListRead]:
    closed: set[Endpoint] = set() if session.client.has_user else {LIKERS}
    for request in lists:
        part = _NO_RIGHT
        if request.endpoint not in closed:
            part = _read_authors(session, request)
        if part.reason == "forbidden":
            closed.add(request.endpoint)
        yield part


def _read_authors(session: XSession, request: Request) -> ListRead:
    """How far a list of people was read; one of posts is worth nothing where X does not tell who wrote them."""
    if _hides_authors(session, request):
        return _NO_AUTHORS
    largest = request.endpoint.largest_page
    part = read_list(session, request, lambda _: 0 if _hides_authors(session, request) else largest)
    is_useless = part.reason is None and _hides_authors(session, request)
    return replace(part, reason="no_authors") if is_useless else part


def _hides_authors(session: XSession, request: Request) -> bool:
    is_newer = session.vocabulary.dialect(request.endpoint.name) == "post"
    return is_newer and request.endpoint.holds == "post" and not request.expands_authors

"""Reading an account's own posts: those that have settled, and older ones again as they age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.sources.x_api.accounts import Account
from tasks.sources.x_api.endpoints import POSTS, TIMELINE
from tasks.sources.x_api.lists import ListRead, read_list, reading
from tasks.sources.x_api.lookups import answered_names, look_up
from tasks.sources.x_api.pages import Envelope, read_pages
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.transport import Desk, Request


@dataclass(frozen=True)
class Window:
    """Posts created from `since` on and before `until` (null: until now), both on a whole second.

    `most_posts` is how many to expect at most, so that a small budget is not asked for a whole page.
    """

    since: datetime
    until: datetime | None = None
    most_posts: int | None = None


def fetch_posts(desk: Desk, account: Account, window: Window) -> Reading:
    """How far the account's own posts of a window were read, replies and reposts included.

    X serves the newest 3,200 (only 800 if replies were left out, so nothing is left out here).
    """
    bounds = {"start_time": in_seconds(window.since)}
    if window.until is not None:
        bounds["end_time"] = in_seconds(window.until)
    request = Request(TIMELINE, account.id, account.id, account.is_owned, bounds)
    size = TIMELINE.largest_page if window.most_posts is None else window.most_posts
    return reading(account.id, "posts", [read_list(desk, request, lambda _: size)])


def fetch_posts_again(desk: Desk, account: Account, post_ids: Sequence[int]) -> Reading:
    """How the second look at own posts went; a post that stands on a page of the day already is not asked again."""
    looked_up = read_pages(desk.root, desk.day, account.id, {POSTS.name})
    seen = answered_names(looked_up, "ids") | (_listed(desk, account) if post_ids else set())
    left = [str(post_id) for post_id in dict.fromkeys(post_ids) if str(post_id) not in seen]
    reason = look_up(desk, left, lambda joined: Request(POSTS, account.id, identity={"ids": joined}), _next(looked_up))
    pages = read_pages(desk.root, desk.day, account.id, {POSTS.name}) if left else looked_up
    good = [page for page in pages if page.is_good]
    part = ListRead(len(good), sum(len(page.objects) for page in good), reason, is_ended=reason is None)
    return reading(account.id, "posts", [part])


def in_seconds(moment: datetime) -> str:
    """The moment as X takes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _listed(desk: Desk, account: Account) -> set[str]:
    pages = read_pages(desk.root, desk.day, account.id, {TIMELINE.name})
    return {str(post["id"]) for page in pages for post in page.objects}


def _next(pages: Sequence[Envelope]) -> int:
    return max((page.sequence for page in pages), default=-1) + 1

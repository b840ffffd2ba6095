"""Lists page after page and look-ups by name: what is on disk is not asked for again, and tells where to go on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from tasks.sources.reading import Reading
from tasks.sources.x_api.endpoints import LOOKUP_SIZE, SUBJECT_ENDPOINTS
from tasks.sources.x_api.pages import Ids, RawPage, first_of_each, iter_pages, object_ids
from tasks.sources.x_api.problems import REFUSALS, Verdict, XError, page_reason, unread_reason
from tasks.sources.x_api.transport import Request, XSession, buy_pages, reserve_objects


@dataclass(frozen=True)
class PageMark:
    """One response, without its body."""

    sequence: int
    verdict: Verdict
    is_head: bool
    next_token: str | None
    refusal: str | None
    received_at: datetime
    ids: Ids = field(compare=False)

    @property
    def is_good(self) -> bool:
        """Whether X served a page."""
        return self.verdict == "good"


def page_mark(page: RawPage) -> PageMark:
    """What the page says of how far the list was read."""
    return PageMark(
        sequence=page.sequence,
        verdict=page.verdict,
        is_head="pagination_token" not in page.parameters,
        next_token=page.next_token,
        refusal=page_reason(page.body, page.subject_id) if page.is_good else None,
        received_at=page.received_at,
        ids=object_ids(page.objects),
    )


class ListProgress:
    """The responses to one request on one day, in order, and where they lead.

    A list is begun anew when X has forgotten its token: then only the pages of the latest pass lead on.
    It goes round when X gives a token again, or page after page brings nobody new.
    `left_reason` says why a pass was left whose successor has no page yet; null else.
    """

    def __init__(self, marks: Iterable[PageMark] = ()) -> None:
        """Follow the responses so far."""
        self.pages_count = 0
        self.objects_count = 0
        self.current: list[PageMark] = []
        self.is_lost = False
        self.is_round = False
        self.left_reason: str | None = None
        self._tokens: set[str] = set()
        self._barren_count = self._repeats_count = 0
        for entry in marks:
            self.follow(entry)

    def follow(self, entry: PageMark) -> None:
        """Take in one more response."""
        self.is_lost = entry.verdict == "expired_token"
        if self.is_lost:
            self._leave("fault")
        if not entry.is_good:
            return
        if entry.is_head or not self.current:
            self.current, self._tokens = [], set()
            self._barren_count = self._repeats_count = 0
        self.is_round = self._is_repeated(entry)
        self.left_reason = None
        self.current.append(entry)
        self._tokens.update([entry.next_token] if entry.next_token else [])
        self.pages_count += 1
        self.objects_count += len(entry.ids)

    def begin_anew(self) -> None:
        """Let the next page be the first of another pass: this one ended far too early."""
        self._leave("short")

    def _leave(self, reason: str) -> None:
        self.current, self.left_reason = [], reason

    def _is_repeated(self, entry: PageMark) -> bool:
        """Whether the page leads where the list was without bringing anybody new, or is one of too many such pages."""
        if not self.current:
            return False
        listed, head, before = (set(mark.ids.tolist()) for mark in (entry, self.current[0], self.current[-1]))
        is_new, is_known_token = bool(listed - head - before), entry.next_token in self._tokens
        self._barren_count = 0 if is_new else self._barren_count + 1
        self._repeats_count += is_known_token or (bool(listed) and listed <= head)
        is_over = self._barren_count > MOST_BARREN or self._repeats_count > MOST_REPEATS
        return is_over or (is_known_token and not is_new)

    @property
    def token(self) -> str | None:
        """With what to go on; null at the head."""
        return self.current[-1].next_token if self.current else None

    @property
    def began_at(self) -> datetime | None:
        """When the first page of the latest pass arrived."""
        return self.current[0].received_at if self.current else None

    @property
    def is_ended(self) -> bool:
        """Whether the last page of the list was read."""
        return bool(self.current) and self.current[-1].next_token is None and not self.is_round

    @property
    def refusal(self) -> str | None:
        """Why X shows nothing of the list; null where it does."""
        return self.current[-1].refusal if self.current else None

    @property
    def ids(self) -> Ids:
        """What the latest pass has listed so far, newest first, without the repeats at the borders of pages."""
        return first_of_each(np.concatenate([np.empty(0, np.int64), *(entry.ids for entry in self.current)]))


MOST_BARREN = 20
"""Pages in a row that bring nobody new before a list goes round: X leaves suspended accounts out after cutting a page,
so that a page of bots may be empty, and a list that grows repeats some of the page before."""

MOST_REPEATS = 3
"""Pages that lead back, or show only those of the first page, before a list goes round: one that grows shows some."""

MOST_RESTARTS = 2
"""How often a run begins a list anew because X forgot where it was; then something else is wrong."""

SHORT_LIST_SHARE = 0.5
"""A list that ends with less than this share of the count was not served whole: X leaves suspended accounts out of it
(84 of 100 in a recorded answer), and of a purged account's list, which the count follows within days, hardly half."""

SHORT_LIST_COUNT = 20
"""So many may be missing from any list: the count runs ahead of it for minutes."""


def is_far_short(listed_count: int, followers_count: int | None) -> bool:
    """Whether a list that ended holds far fewer than the count says.

    >>> [is_far_short(3, 10_000), is_far_short(8_400, 10_000), is_far_short(0, 15), is_far_short(3, None)]
    [True, False, False, False]
    """
    if followers_count is None:
        return False
    return listed_count < min(followers_count * SHORT_LIST_SHARE, followers_count - SHORT_LIST_COUNT)


NextSize = Callable[[ListProgress], int]
"""How many objects to ask for next, given how far the list was read; 0 when that is enough."""


@dataclass(frozen=True)
class ListRead:
    """A list as far as it was read; `reason` is null when that is far enough, `is_ended` when nothing is left."""

    pages_count: int
    objects_count: int
    reason: str | None
    is_ended: bool


def read_list(session: XSession, request: Request, next_size: NextSize, followers_count: int | None = None) -> ListRead:
    """Read on until `next_size` has enough, the list ends, or the budget or X says no.

    A list that an earlier run of the day saw end far short of `followers_count` is asked for once more,
    until the day's pages hold as many objects as that: what it costs is bounded by what the list costs.
    """
    trail, sequence = list_progress(session, request)
    if _short_reason(trail, followers_count) and trail.objects_count < (followers_count or 0):
        trail.begin_anew()
    restarts = 0
    while not trail.is_ended and not trail.is_round and (size := next_size(trail)):
        allowed = reserve_objects(session, request, size)
        if not allowed:
            return _list_read(trail, trail.left_reason or "budget")
        responses = buy_pages(session, request, request.keywords(allowed, trail.token), allowed, sequence)
        sequence += len(responses)
        for page in responses:
            trail.follow(page_mark(page))
        restarts += trail.is_lost
        may_restart = trail.is_lost and restarts <= MOST_RESTARTS and request.first_token is None
        if (reason := unread_reason(responses[-1].verdict)) and not may_restart:
            return _list_read(trail, reason)
    return _list_read(trail, "loop" if trail.is_round else trail.refusal or _short_reason(trail, followers_count))


def _short_reason(trail: ListProgress, followers_count: int | None) -> str | None:
    is_whole = trail.is_ended and trail.refusal is None
    return "short" if is_whole and is_far_short(len(trail.ids), followers_count) else None


def reading_of_lists(account_id: str, subject: str, parts: Sequence[ListRead]) -> Reading:
    """How far a subject of an account got, from the lists that make it up; the first reason speaks for all."""
    pages_count = sum(part.pages_count for part in parts)
    reason = next((part.reason for part in parts if part.reason), None)
    has_pages = any(part.reason is None or part.objects_count for part in parts)
    return Reading(
        account_id=account_id,
        subject=subject,
        status=status_for(reason, has_pages=has_pages),
        reason=reason,
        pages_count=pages_count,
        objects_count=sum(part.objects_count for part in parts),
    )


def reading_before_error(session: XSession, account_id: str, subject: str, error: XError) -> Reading:
    """How far a reading got that an exception ended: by the pages that are on disk."""
    names = {endpoint.name for endpoint in SUBJECT_ENDPOINTS[subject]}
    marks = [page_mark(page) for page in iter_pages(session.root, session.day, account_id, names) if page.is_good]
    objects_count = sum(len(entry.ids) for entry in marks)
    status = status_for(error.reason, has_pages=objects_count > 0)
    return Reading(account_id, subject, status, error.reason, len(marks), objects_count)


def status_for(reason: str | None, *, has_pages: bool) -> str:
    """The status that goes with a reason: `partial` after some pages, else `refused`, `skipped` or `failed`."""
    if reason is None:
        return "complete"
    if has_pages:
        return "partial"
    if reason in REFUSALS:
        return "refused"
    return "skipped" if reason in {"budget", "level", "no_authors"} else "failed"


def _list_read(trail: ListProgress, reason: str | None) -> ListRead:
    return ListRead(trail.pages_count, trail.objects_count, reason, trail.is_ended)


def list_progress(session: XSession, request: Request) -> tuple[ListProgress, int]:
    """How far the request has led today, by the pages on disk, and the number of the next page."""
    trail, sequence = ListProgress(), 0
    for page in iter_pages(session.root, session.day, request.batch, {request.list_name}):
        sequence = page.sequence + 1
        if request.is_of(page):
            trail.follow(page_mark(page))
    return trail, sequence


RequestFor = Callable[[str], Request]
"""The request that looks up names, given joined by commas."""


def names_with_answer(pages: Iterable[RawPage], parameter: str) -> set[str]:
    """The names, in lower case, to which good pages hold the answer."""
    asked = (page.parameters.get(parameter, "") for page in pages if page.is_good)
    return {name.lower() for names in asked for name in names.split(",") if name}


def look_up(session: XSession, names: Sequence[str], request_for: RequestFor, sequence: int) -> str | None:
    """Why not every name was looked up; null when all were."""
    left = list(names)
    while left:
        allowed = reserve_objects(session, request_for(""), min(len(left), LOOKUP_SIZE))
        if not allowed:
            return "budget"
        request = request_for(",".join(left[:allowed]))
        responses = buy_pages(session, request, request.keywords(allowed, None), allowed, sequence)
        if reason := unread_reason(responses[-1].verdict):
            return reason
        left, sequence = left[allowed:], sequence + len(responses)
    return None

"""Reading a list of X page after page: what is on disk is not asked for again, and tells where to go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.sources.x_api.endpoints import SUBJECTS
from tasks.sources.x_api.errors import XError
from tasks.sources.x_api.pages import iter_pages
from tasks.sources.x_api.paid import affordable, ask_paid
from tasks.sources.x_api.problems import REFUSALS, unread_reason
from tasks.sources.x_api.readings import Reading
from tasks.sources.x_api.trail import Trail, mark
from tasks.sources.x_api.transport import Desk, Request

MOST_RESTARTS = 2
"""How often a run begins a list anew because X forgot where it was; then something else is wrong."""

NextSize = Callable[[Trail], int]
"""How many objects to ask for next, given how far the list was read; 0 when that is enough."""


@dataclass(frozen=True)
class ListRead:
    """A list as far as it was read; `reason` is null when that is far enough, `is_ended` when nothing is left."""

    pages_count: int
    objects_count: int
    reason: str | None
    is_ended: bool


def read_list(desk: Desk, request: Request, next_size: NextSize) -> ListRead:
    """Read on until `next_size` has enough, the list ends, or the budget or X says no."""
    trail, sequence = begun(desk, request)
    restarts = 0
    while not trail.is_ended and (size := next_size(trail)):
        allowed = affordable(desk, request, size)
        if not allowed:
            return _read(trail, "budget")
        responses = ask_paid(desk, request, request.keywords(allowed, trail.token), allowed, sequence)
        sequence += len(responses)
        for page in responses:
            trail.follow(mark(page))
        restarts += trail.is_lost
        may_restart = trail.is_lost and restarts <= MOST_RESTARTS and request.first_token is None
        if (reason := unread_reason(responses[-1].verdict)) and not may_restart:
            return _read(trail, reason)
    return _read(trail, trail.refusal)


def reading(account_id: str, subject: str, parts: Sequence[ListRead]) -> Reading:
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


def interrupted(desk: Desk, account_id: str, subject: str, error: XError) -> Reading:
    """How far a reading got that an exception ended: by the pages that are on disk."""
    names = {endpoint.name for endpoint in SUBJECTS[subject]}
    marks = [mark(page) for page in iter_pages(desk.root, desk.day, account_id, names) if page.is_good]
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
    return "skipped" if reason in {"budget", "level"} else "failed"


def _read(trail: Trail, reason: str | None) -> ListRead:
    return ListRead(trail.pages_count, trail.objects_count, reason, trail.is_ended)


def begun(desk: Desk, request: Request) -> tuple[Trail, int]:
    """How far the request has led today, by the pages on disk, and the number of the next page."""
    trail, sequence = Trail(), 0
    for page in iter_pages(desk.root, desk.day, request.batch, {request.list_name}):
        sequence = page.sequence + 1
        if request.is_of(page):
            trail.follow(mark(page))
    return trail, sequence

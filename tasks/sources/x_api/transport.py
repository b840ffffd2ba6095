"""One request to X: paid from the budget, repeated where that may help, and on disk before it is answered."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import requests
import tenacity
import tweepy  # type: ignore[import-untyped]  # tweepy ships no types

from tasks.sources.x_api.endpoints import ACTOR_FIELDS, Endpoint
from tasks.sources.x_api.gateway import XClient
from tasks.sources.x_api.json_text import json_body
from tasks.sources.x_api.ledger import Ledger
from tasks.sources.x_api.pages import RawPage, list_name, write_page
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.problems import (
    AppRefusedError,
    CreditsDepletedError,
    DayOverError,
    RateLimitedError,
    RunEndedError,
    SpendCapError,
    UnauthorizedError,
    UsageCapError,
    app_reason,
    complaints,
    odd_answer,
    verdict,
    without_details,
)
from tasks.sources.x_api.vocabulary import Dialect, Vocabulary
from tasks.store.forgotten import NOBODY, Forgotten
from tasks.store.people import without_people


class AccountIdError(ValueError):
    """An id that X never gave."""


@dataclass(frozen=True)
class XAccount:
    """A tracked account by its decimal id.

    `is_owned`: it is the authenticated user and owns the developer app, so that its own lists are cheaper.
    """

    id: str
    is_owned: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no id: it would become the name of a folder."""
        if not (self.id.isascii() and self.id.isdecimal()):
            message = f"{self.id!r} is not the id of an account on X: give the decimal id, not the handle."
            raise AccountIdError(message)


PAUSE_WITHOUT_HEADER = timedelta(seconds=60)
"""Pause after a 429 that names no moment in the future; X's windows are 15 minutes long."""

RESET_MARGIN = timedelta(seconds=1)
"""X names the reset in whole seconds."""


@dataclass(frozen=True)
class Pace:
    """How patient a fetch is.

    `wait` sleeps that many seconds; `jitter` spreads the waits of runs that failed together.
    A fault is retried `retries` times, after about `first_wait`, then twice as long each time, at most `longest_wait`.
    A 429 is waited for only when X asks for `longest_wait` or less; otherwise the caller decides.
    """

    wait: Callable[[float], None]
    jitter: random.Random
    retries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 30.0

    def backoff(self, attempt: int) -> float:
        """Seconds before retry number `attempt` (from 0): half to all of the doubled first wait.

        >>> pace = Pace(wait=print, jitter=random.Random(1), first_wait=1.0, longest_wait=30.0)
        >>> 4.0 <= pace.backoff(3) <= 8.0
        True
        """
        return min(self.longest_wait, self.first_wait * 2.0**attempt) * self.jitter.uniform(0.5, 1.0)


def resume_at(received_at: datetime, reset_at: datetime | None) -> datetime:
    """The moment from which on X may be asked again after a 429.

    A reset that is missing or past says nothing: then `PAUSE_WITHOUT_HEADER` after the answer.
    """
    if reset_at is None or reset_at <= received_at:
        return received_at + PAUSE_WITHOUT_HEADER
    return reset_at + RESET_MARGIN


LONGEST_UNIX_SECONDS = 11
"""Digits of a reset header that can be a moment in time."""

HIGHEST_STATUS = 599
"""HTTP knows no higher one (RFC 9110, section 15), and what a server invents above it is a failure all the same."""

_ENDINGS: Mapping[str, Callable[[Any], RunEndedError]] = {
    "unauthorized": lambda _: UnauthorizedError(),
    "credits": lambda _: CreditsDepletedError(),
    "usage_cap": lambda _: UsageCapError(),
    "spend_cap": lambda body: SpendCapError(body.get("reset_date")),
    "app": lambda body: AppRefusedError(app_reason(body)),
}
"""By the answer, what ends the run: no further question can succeed until a person acts."""


@dataclass(frozen=True)
class XSession:
    """Everything a fetch needs: whom to ask, where pages go, which day it is, and what may be spent.

    One per thread, because of the client; `ledger`, `budget` and `vocabulary` may be shared by sessions.
    `account_usd` is what each account's own readings may cost on the day; null where only the common budget binds.
    `spare` is what of the budget all but the counts may cost; null where nothing stands back.
    `ledger` must have been begun with the pages of the day that are already on disk.
    """

    client: XClient
    root: Path
    day: date
    clock: Callable[[], datetime]
    pace: Pace
    ledger: Ledger
    budget: Budget
    vocabulary: Vocabulary
    forgotten: Forgotten = NOBODY
    account_usd: Decimal | None = None
    spare: Budget | None = None

    def for_account(self, account_id: str, budget_usd: Decimal | None) -> "XSession":
        """The session with the account's own budget in USD, else `account_usd`; the day's budget binds it too."""
        limit, common = self.account_usd if budget_usd is None else budget_usd, self.spare or self.budget
        if limit is None:
            return replace(self, budget=common)
        spent = self.ledger.spent_on(self.day, account_id)
        return replace(self, budget=Budget(limit, spent, within=common))


@dataclass(frozen=True)
class Request:
    """What is asked, page after page: `identity` tells it from other requests to the same endpoint and subject.

    `first_token` is where a list is gone on with that an earlier day has begun.
    """

    endpoint: Endpoint
    batch: str
    subject_id: str | None = None
    is_owned: bool = False
    identity: Mapping[str, str] = field(default_factory=dict)
    expands_authors: bool = False
    first_token: str | None = None

    def keywords(self, size: int, token: str | None) -> dict[str, str]:
        """The arguments for tweepy's method."""
        said = {**self.endpoint.fields, **self.identity}
        if self.subject_id is not None:
            said["id"] = self.subject_id
        if self.expands_authors:
            said |= {"expansions": "author_id", "user_fields": ACTOR_FIELDS}
        if self.endpoint.is_paged:
            said["max_results"] = str(size)
        if begins_at := token or self.first_token:
            said["pagination_token"] = begins_at
        return said

    @property
    def list_name(self) -> str:
        """The name of the list in file names."""
        return list_name(self.endpoint.name, self.batch, self.subject_id)

    def is_of(self, page: RawPage) -> bool:
        """Whether the page answers this request."""
        is_same_list = page.endpoint == self.endpoint.name and page.subject_id == self.subject_id
        return is_same_list and all(page.parameters.get(name) == value for name, value in self.identity.items())


def send_request(session: XSession, request: Request, keywords: Mapping[str, str], sequence: int) -> list[RawPage]:
    """Every response to the question, the last of them the answer; each is on disk.

    Faults are repeated with growing pauses, a complaint about words once per lesson, a short 429 after its pause.
    Raises where no repeating helps: credentials, credits, cap, a long 429, the end of the day.
    """
    responses: list[RawPage] = []
    tried: set[Dialect] = set()

    def once() -> RawPage:
        page = _ask_once(session, request, keywords, sequence + len(responses))
        responses.append(page)
        tried.add(page.dialect)
        return page

    repeated = tenacity.Retrying(
        retry=tenacity.retry_if_result(partial(_may_repeat, session, tried)),
        wait=partial(_pause, session.pace),
        sleep=session.pace.wait,
        stop=partial(_is_enough, session.pace),
        retry_error_callback=_page,
    )
    try:
        answer = repeated(once)
        session.vocabulary.keep_if(request.endpoint.name, is_good=answer.is_good)
    finally:
        session.vocabulary.keep_if(request.endpoint.name, is_good=False)
    _refuse_endings(answer)
    return responses


def is_priced_as_owned(session: XSession, request: Request) -> bool:
    """Whether the reading is owned: the account's own list, asked in the name of that account."""
    return request.is_owned and request.endpoint.has_owned_price and session.client.has_user


def _ask_once(session: XSession, request: Request, keywords: Mapping[str, str], sequence: int) -> RawPage:
    if session.clock().astimezone(UTC).date() != session.day:
        raise DayOverError(session.day)
    name, gateway = request.endpoint.name, session.client.gateway
    dialect = session.vocabulary.dialect(name)
    gateway.words = partial(session.vocabulary.words, name, dialect=dialect)
    fault = _call(session, request, keywords)
    answer = gateway.answer
    body = None if answer is None else json_body(answer.content)
    page = RawPage(
        day=session.day,
        batch=request.batch,
        endpoint=name,
        subject_id=request.subject_id,
        sequence=sequence,
        is_owned=is_priced_as_owned(session, request),
        dialect=dialect,
        parameters=gateway.sent,
        received_at=session.clock().astimezone(UTC),
        status=None if answer is None else min(answer.status_code, HIGHEST_STATUS),
        reset_at=None if answer is None else _reset_at(answer),
        fault=fault if answer is None else _fault(answer, body),
        body=body if answer is not None and answer.ok else without_details(body),
    )
    write_page(session.root, _without_forgotten(page, session.forgotten))
    return page


def _without_forgotten(page: RawPage, forgotten: Forgotten) -> RawPage:
    """The page as it may be kept; what was paid for is counted before."""
    if not forgotten.marks or not isinstance(page.body, dict):
        return page
    return replace(page, body=without_people(page.body, forgotten.people) or {})


def _call(session: XSession, request: Request, keywords: Mapping[str, str]) -> str | None:
    client = session.client
    has_user_context = client.has_user and (request.is_owned or request.endpoint.needs_user or not client.has_bearer)
    try:
        getattr(client.calls, request.endpoint.method)(**keywords, user_auth=has_user_context)
    except (requests.RequestException, tweepy.TweepyException) as error:
        return type(error).__name__
    return None


def _may_repeat(session: XSession, tried: set[Dialect], page: RawPage) -> bool:
    """Whether asking again may help: other words were learned, a limit ends soon, or something went wrong."""
    if page.verdict == "bad_request":
        return session.vocabulary.learn(page.endpoint, page.parameters, complaints(page.body or {}), tried)
    if page.verdict == "rate_limit":
        return _until_reset(page) <= session.pace.longest_wait
    return page.verdict == "fault"


def _is_enough(pace: Pace, state: tenacity.RetryCallState) -> bool:
    """Lessons in words end by themselves; all else is repeated so many times."""
    return _page(state).verdict != "bad_request" and state.attempt_number > pace.retries


def _pause(pace: Pace, state: tenacity.RetryCallState) -> float:
    page = _page(state)
    if page.verdict == "bad_request":
        return 0.0
    return _until_reset(page) if page.verdict == "rate_limit" else pace.backoff(state.attempt_number - 1)


def _page(state: tenacity.RetryCallState) -> RawPage:
    assert state.outcome  # noqa: S101 - asked after an attempt alone
    page: RawPage = state.outcome.result()
    return page


def _until_reset(page: RawPage) -> float:
    return (resume_at(page.received_at, page.reset_at) - page.received_at).total_seconds()


def _refuse_endings(page: RawPage) -> None:
    if page.verdict == "rate_limit":
        raise RateLimitedError(page.source.path, resume_at(page.received_at, page.reset_at))
    if ending := _ENDINGS.get(page.verdict):
        raise ending(page.body)


def _fault(answer: requests.Response, body: Any) -> str | None:  # noqa: ANN401 - X may answer with any JSON
    if verdict(answer.status_code, body) != "good":
        return "not JSON" if answer.ok else None
    return odd_answer(body)


def _reset_at(answer: requests.Response) -> datetime | None:
    seconds = answer.headers.get("x-rate-limit-reset", "")
    if not seconds.isdecimal() or len(seconds) > LONGEST_UNIX_SECONDS:
        return None
    return datetime.fromtimestamp(int(seconds), tz=UTC)


def reserve_objects(session: XSession, request: Request, wanted: int) -> int:
    """How many objects the next call may ask for, now set aside; 0 when the budget does not allow the smallest page."""
    endpoint = request.endpoint
    size = min(max(wanted, endpoint.smallest_page), endpoint.largest_page)
    return session.budget.reserve(size, endpoint.smallest_page, _worst_price(session, request))


def buy_pages(
    session: XSession, request: Request, keywords: Mapping[str, str], allowed: int, sequence: int
) -> list[RawPage]:
    """The responses, as `send_request` gives them; their cost replaces what `reserve_objects` set aside for them."""
    cost = Decimal(0)
    try:
        responses = send_request(session, request, keywords, sequence)
        cost = sum((session.ledger.charge(page).price_usd for page in responses), cost)
    finally:
        session.budget.settle(allowed * _worst_price(session, request), cost)
    return responses


def _worst_price(session: XSession, request: Request) -> Decimal:
    return session.ledger.prices.worst(
        request.endpoint, is_owned=is_priced_as_owned(session, request), expands_authors=request.expands_authors
    )

"""From a request to a reply: token, limits, vocabulary, world, faults, bill."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.server import access, count_answers, oddities, post_answers, problems, user_answers
from sandbox.server.access import Allowance, Limits
from sandbox.server.bill import Bill
from sandbox.server.clock import Clock
from sandbox.server.endpoints import BY_NAME, Endpoint
from sandbox.server.faults import BROKEN, LATE, ODD, REFUSALS, Fault, Faults
from sandbox.server.problems import Json, Refusal
from sandbox.server.query import Query, check_query
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.vocabulary import VOCABULARIES, Vocabulary
from sandbox.settings import Settings
from sandbox.world.moments import milliseconds
from sandbox.world.world import World

HANDLERS: dict[str, Callable[[RequestContext], Answer]] = {
    "users": user_answers.users,
    "users_by": user_answers.users_by,
    "users_me": user_answers.users_me,
    "user": user_answers.user,
    "user_by": user_answers.user_by,
    "followers": user_answers.followers,
    "following": user_answers.following,
    "liking_users": user_answers.liking_users,
    "reposted_by": user_answers.reposted_by,
    "timeline": post_answers.timeline,
    "mentions": post_answers.mentions,
    "posts": post_answers.posts,
    "quotes": post_answers.quotes,
    "reposts_of_me": post_answers.reposts_of_me,
    "search_recent": post_answers.search_recent,
    "search_all": post_answers.search_all,
    "counts_recent": count_answers.counts_recent,
    "counts_all": count_answers.counts_all,
    "usage": count_answers.usage,
}
HTML = b"<!DOCTYPE html><html><title>Over capacity</title><body>Something is technically wrong.</body></html>"
LONG_AGO = 3_600


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    endpoint: Endpoint
    path: Mapping[str, str]
    values: Mapping[str, str]
    authorization: str


@dataclass(frozen=True)
class Reply:
    """What goes back; `broken` says how the wire fails, if it does."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    broken: str | None = None
    seconds: float = 0.0


class Service:
    """The sandbox without its HTTP: one request at a time."""

    def __init__(self, world: World, settings: Settings, stopwatch: Callable[[], float]) -> None:
        """Serve a world; `stopwatch` counts real seconds for a clock that runs."""
        for name in (settings.vocabulary, *settings.vocabularies.values()):
            if name not in VOCABULARIES:
                message = f"There is no vocabulary {name!r}: use tweet or post."
                raise ValueError(message)
        self.world = world
        self.settings = settings
        self.clock = Clock(settings.moment, stopwatch)
        self.lock = threading.Lock()
        self._serial = 0
        # How a test changes the bodies of good answers.
        self.mutate: Callable[[Request, bytes], bytes] = _unchanged
        self._unknown_words: frozenset[str] = frozenset()
        self.reset()

    def reset(self) -> None:
        """Be as at the start: the clock as set then, full windows, no bill, no faults."""
        self.clock.set(self.settings.moment, self.settings.speed)
        usd = self.settings.credits_usd
        self.bill = Bill(self.settings.deduplicates, None if usd is None else round(usd * 1_000))
        self.faults = Faults()
        self.mutate = _unchanged
        self._unknown_words = frozenset()
        self._limits = Limits()
        self._vocabularies = dict(self.settings.vocabularies)

    def vocabulary(self, endpoint: str) -> Vocabulary:
        """The vocabulary that an endpoint speaks."""
        words = VOCABULARIES[self._vocabularies.get(endpoint, self.settings.vocabulary)]
        known = {name: getattr(words, name) - self._unknown_words for name in ("user_fields", "post_fields")}
        return replace(words, **known) if self._unknown_words else words

    def forget_words(self, *words: str) -> None:
        """Know these names of fields no longer, in any vocabulary."""
        self._unknown_words = frozenset(words)

    def speak(self, vocabulary: str, endpoint: str) -> None:
        """Let an endpoint speak a vocabulary from now on."""
        self._vocabularies[BY_NAME[endpoint].name] = VOCABULARIES[vocabulary].name

    def spoken(self) -> dict[str, str]:
        """The vocabulary of each endpoint."""
        return {name: self.vocabulary(name).name for name in BY_NAME}

    def reply(self, request: Request) -> Reply:
        """Answer one request."""
        with self.lock:
            self._serial += 1
            fault = self.faults.take(request.endpoint.name)
            self._turn(fault, request.endpoint)
            return self._reply(request, fault)

    def _turn(self, fault: Fault | None, endpoint: Endpoint) -> None:
        if fault is not None and fault.name == "other_vocabulary":
            self.speak("post" if self.vocabulary(endpoint.name).name == "tweet" else "tweet", endpoint.name)
        if fault is not None and fault.name == "midnight":
            today = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
            self.clock.set(today + timedelta(days=1, seconds=fault.seconds))

    def _reply(self, request: Request, fault: Fault | None) -> Reply:
        now, words = self.clock.now(), self.vocabulary(request.endpoint.name)
        headers: dict[str, str] = {}
        try:
            who = access.caller(request.authorization, self.settings, self.world)
            allowance = self._allowance(who, request.endpoint, now)
            headers = allowance.headers()
            if fault is not None and fault.name in REFUSALS:
                headers = _odd_headers(headers, fault)
                raise REFUSALS[fault.name](words)
            if allowance.remaining < 0:
                raise problems.rate_limited(as_problem=self.settings.rate_limit_form == "problem")
            return self._answer(request, who, fault, headers)
        except Refusal as refusal:
            return Reply(refusal.status, _bytes(refusal.body), headers | refusal.headers)

    def _allowance(self, who: access.Caller, endpoint: Endpoint, now: datetime) -> Allowance:
        allowed = access.limit(who, endpoint, self.vocabulary(endpoint.name))
        seconds = milliseconds(now) // 1_000
        if not self.settings.has_rate_limits:
            return Limits().spend(endpoint.name, who.token, allowed, seconds)
        return self._limits.spend(endpoint.name, who.token, allowed, seconds)

    def _answer(self, request: Request, who: access.Caller, fault: Fault | None, headers: dict[str, str]) -> Reply:
        now, words = self.clock.now(), self.vocabulary(request.endpoint.name)
        query = check_query(Query(request.endpoint, words, request.values))
        if self.bill.is_depleted:
            raise problems.credits_depleted(words)
        context = RequestContext(
            self.world, self.settings, query, who, request.path, milliseconds(now), self._serial, self.bill
        )
        answer = HANDLERS[request.endpoint.name](context)
        if fault is not None and fault.name in ODD:
            answer = oddities.apply_oddity(answer, fault, context)
        if fault is not None and fault.name in BROKEN:
            return _broken(_bytes(_body(answer, context)), fault, headers)
        charges = answer.charges if self.settings.charges_expansions else answer.charges[:1]
        self.bill.add(now.date(), request.endpoint.name, charges)
        seconds = fault.seconds if fault is not None and fault.name in LATE else 0.0
        body = _bytes(_body(answer, context))
        if fault is not None and fault.name == "odd_value":
            body = body.replace(json.dumps(oddities.ODD_VALUE).encode(), fault.json.encode())
        return Reply(200, self.mutate(request, body), headers, seconds=seconds)


def _unchanged(_: Request, body: bytes) -> bytes:
    return body


def _odd_headers(headers: dict[str, str], fault: Fault) -> dict[str, str]:
    """Rate headers of an injected refusal: none left; the reset missing or long past where the fault says so."""
    changed = dict(headers)
    if fault.name.startswith("rate_limited"):
        changed["x-rate-limit-remaining"] = "0"
    if fault.name == "rate_limited_without_reset":
        del changed["x-rate-limit-reset"]
    if fault.name == "rate_limited_with_past_reset":
        changed["x-rate-limit-reset"] = str(int(changed["x-rate-limit-reset"]) - LONG_AGO)
    return {} if fault.name == "unauthorized" else changed


def _body(answer: Answer, context: RequestContext) -> Json:
    body: Json = {}
    is_empty = answer.data is None or answer.data == []
    if not is_empty or (answer.data == [] and context.vocabulary.sends_empty):
        body["data"] = answer.data
    body |= {"includes": answer.includes} if answer.includes else {}
    body |= {"errors": answer.errors} if answer.errors else {}
    if answer.meta is not None:
        body["meta"] = (
            answer.meta if answer.next_skip is None else answer.meta | {"next_token": context.token(answer.next_skip)}
        )
    return body


def _bytes(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _broken(body: bytes, fault: Fault, headers: dict[str, str]) -> Reply:
    """A reply that does not arrive as it should."""
    if fault.name == "unavailable":
        return Reply(503, HTML, {"content-type": "text/html"})
    if fault.name == "html_body":
        return Reply(200, HTML, headers | {"content-type": "text/html"})
    if fault.name == "cut_json":
        return Reply(200, body[: len(body) // 2], headers)
    return replace(Reply(200, body, headers), broken=fault.name, seconds=fault.seconds)

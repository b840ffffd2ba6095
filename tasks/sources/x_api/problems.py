"""What an answer of X means, and why reading X had to stop: by the suffix of the problem type and by the title."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal[
    "good",
    "expired_token",
    "bad_request",
    "rate_limit",
    "usage_cap",
    "credits",
    "spend_cap",
    "app",
    "unauthorized",
    "forbidden",
    "not_found",
    "fault",
]
"""What to make of one response."""

REFUSALS = frozenset({"protected", "suspended", "not_found", "forbidden"})
"""Reasons for which X, not this program, ends a reading."""

KEPT_OF_A_FAILURE = ("title", "type", "status", "reason", "parameter", "value", "code", "message", "reset_date")
"""What is kept of a failure's body: enough to act on, without the ids of accounts and apps in its other fields."""

APP_SUSPENDED = "app-suspended"
"""What is kept as `reason` where X says in a sentence, which may hold ids, that the app or its owner is suspended."""

APP_REASONS = frozenset({"client-not-enrolled", APP_SUSPENDED})
"""A 403 with one of these reasons concerns the app and every request of it, not a list that its rights lack."""

APP_CODES = frozenset({32, 64, 89, 326, 416})
"""X's older codes for the same: bad or expired keys, and an owner or an app that is suspended or locked."""

_SUSPENDED = re.compile(r"\b(app|application|project|developer account|your account)\b[^.]*\bsuspended\b|suspended app")
_SENTENCE_VALUE = re.compile(r"value \[([^\]]*)\] is not")
_SENTENCE_NAME = re.compile(r"query parameter \[([^\]]*)\] is not one of")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

LONGEST_KEPT_TEXT = 300
"""Characters kept of each text of a failure: X's own sentences are shorter."""

_VERDICT_OF_STATUS: Mapping[int, Verdict] = {
    400: "bad_request",
    401: "unauthorized",
    402: "credits",
    403: "forbidden",
    404: "not_found",
    429: "rate_limit",
}


@dataclass(frozen=True)
class Complaint:
    """What X did not accept: a parameter of the request, and the values it names (none: the parameter itself).

    A word that the sentence names stands in place of the whole value, which X repeats beside it.
    `is_unknown` where the sentence says that there is no such parameter: then X speaks other words.
    """

    parameter: str
    refused: tuple[str, ...]
    is_unknown: bool = False


def verdict(status: int | None, body: Any) -> Verdict:  # noqa: ANN401 - X may answer with any JSON
    """What to make of a response; `fault` is everything that may pass by itself, or that nobody foresaw."""
    if status is None or not isinstance(body, dict):
        return _VERDICT_OF_STATUS.get(status or 0, "fault")
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own numbers
        return "good"
    kind = f"{body.get('title')} {body.get('type')}".lower()
    for said, word in _KINDS:
        if word in kind:
            return said
    if status == 403:  # noqa: PLR2004 - same
        return _forbidden(body, kind)
    if status == 400 and any(said.parameter == "pagination_token" for said in complaints(body)):  # noqa: PLR2004 - same
        return "expired_token"
    return _VERDICT_OF_STATUS.get(status, "fault")


_KINDS: Sequence[tuple[Verdict, str]] = (
    ("usage_cap", "usagecapexceeded"),
    ("usage_cap", "usage-capped"),
    ("spend_cap", "spendcapreached"),
    ("credits", "creditsdepleted"),
    ("credits", "credits-depleted"),
)
"""What the title or type of a problem says, whatever its status."""


def _forbidden(body: Mapping[str, Any], kind: str) -> Verdict:
    """Whether a 403 is about the bill, about the app, or about a right that this list needs."""
    if kind.endswith("/credits"):
        return "spend_cap"
    entries = (body, *problems(body))
    is_app = any(entry.get("reason") in APP_REASONS or entry.get("code") in APP_CODES for entry in entries)
    return "app" if is_app else "forbidden"


def complaints(body: Mapping[str, Any]) -> Iterator[Complaint]:
    """What X did not accept, from `errors[].parameters` (2.159) or a flat `parameter` and `value` (2.167)."""
    for problem in (body, *problems(body)):
        sentence = f"{problem.get('message', '')} {problem.get('detail', '')}"
        parameters = problem.get("parameters")
        if isinstance(parameters, dict):
            for name, named in parameters.items():
                yield _complaint(str(name), _texts(named), sentence)
        if isinstance(problem.get("parameter"), str):
            yield _complaint(problem["parameter"], _texts(problem.get("value")), sentence)


def _complaint(parameter: str, named: tuple[str, ...], sentence: str) -> Complaint:
    unknown = _SENTENCE_NAME.search(sentence)
    if unknown and unknown[1] == parameter:
        return Complaint(parameter, (), is_unknown=True)
    word = _SENTENCE_VALUE.search(sentence)
    return Complaint(parameter, (word[1],) if word and f"`{parameter}`" in sentence else named)


def problems(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of `errors`, whether beside data or alone."""
    entries = body.get("errors")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def account_reason(problem: Mapping[str, Any]) -> str:
    """Why X does not show an account: one of `protected`, `suspended`, `not_found`, `forbidden`."""
    kind = str(problem.get("type", "")).rpartition("/")[2]
    if kind == "not-authorized-for-resource":
        return "protected"
    if kind != "resource-not-found":
        return "forbidden"
    is_suspended = problem.get("title") == "Forbidden" or "suspended" in str(problem.get("detail", ""))
    return "suspended" if is_suspended else "not_found"


def unread_reason(said: Verdict) -> str | None:
    """The reason of a reading that ends with such an answer; null for a page."""
    if said == "good":
        return None
    return said if said in REFUSALS else "fault"


def page_reason(body: Mapping[str, Any], subject_id: str | None) -> str | None:
    """Why a page of a list holds nothing; null where it holds data, or X says only that nothing is there.

    Problems may also be about those whom the list would hold: then X says beside them how many it lists.
    """
    if body.get("data") or next_token(body):
        return None
    found = problems(body)
    about_subject = [problem for problem in found if subject_id in _names_of(problem)]
    is_said_empty = isinstance(body.get("meta"), dict) and "result_count" in body["meta"]
    named = about_subject or ([] if is_said_empty else found)
    return account_reason(named[0]) if named else None


def _names_of(problem: Mapping[str, Any]) -> set[str]:
    return {str(problem.get(name)) for name in ("value", "resource_id")}


def odd_answer(body: Mapping[str, Any]) -> str | None:
    """What is wrong with an answer that says it is good; null where it holds something that can be read."""
    data, meta = body.get("data"), body.get("meta")
    if not isinstance(data, list | dict | None):
        return "data is no list"
    if not isinstance(meta, dict | None) or _is_odd_token((meta or {}).get("next_token")):
        return "no token to go on with"
    return None if data or meta is not None or "data" in body or problems(body) else "nothing said"


LONGEST_TOKEN = 1024
"""Characters of a token that can stand in a request: X's own have some twenty."""


def _is_odd_token(token: object) -> bool:
    if token is None or token == "":
        return False
    is_text = isinstance(token, str) and token.isascii() and token.isprintable()
    return not is_text or len(str(token)) > LONGEST_TOKEN


def next_token(body: Mapping[str, Any]) -> str | None:
    """Where the list goes on; null on its last page, and only there."""
    meta = body.get("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return str(token) if token and not _is_odd_token(token) else None


def app_reason(body: Mapping[str, Any]) -> str:
    """What X calls it that it does not serve the app."""
    said = [str(entry.get("reason") or entry.get("code") or "") for entry in (body, *problems(body))]
    return next((text for text in said if text), "no reason given")


def without_details(body: Any) -> Any:  # noqa: ANN401 - X may answer with any JSON
    """The body of a failure, reduced to `KEPT_OF_A_FAILURE` and to the names and values that X did not accept."""
    if not isinstance(body, dict):
        return None
    kept = {key: _short(body[key]) for key in KEPT_OF_A_FAILURE if isinstance(body.get(key), str | int)}
    if _SUSPENDED.search(f"{body.get('detail')} {body.get('message')}".lower()):
        kept["reason"] = APP_SUSPENDED
    if str(body.get("type")).endswith("invalid-request") and isinstance(body.get("detail"), str):
        kept["detail"] = _short(body["detail"])
    if isinstance(body.get("parameters"), dict):
        kept["parameters"] = {str(name): [_short(t) for t in _texts(v)] for name, v in body["parameters"].items()}
    if entries := problems(body):
        kept["errors"] = [without_details(entry) for entry in entries]
    return kept


def _texts(named: Any) -> tuple[str, ...]:  # noqa: ANN401 - X may answer with any JSON
    if named is None:
        return ()
    return tuple(str(text) for text in named) if isinstance(named, list) else (str(named),)


def _short(text: Any) -> Any:  # noqa: ANN401 - X may answer with any JSON
    return text[:LONGEST_KEPT_TEXT] if isinstance(text, str) else text


class XError(Exception):
    """Reading X had to stop; `reason` is the code for the reading that it ended."""

    reason = "fault"


class RunEndedError(XError):
    """No further call can succeed until a person acts."""


class UnauthorizedError(RunEndedError):
    """X does not accept the credentials (HTTP 401)."""

    reason = "unauthorized"

    def __init__(self) -> None:
        """Say which settings to look at."""
        super().__init__("X refused the credentials (401): check the bearer token or the four OAuth 1.0a keys.")


class CreditsDepletedError(RunEndedError):
    """The prepaid credits are used up, or the console's spending limit is reached (HTTP 402)."""

    reason = "credits"

    def __init__(self) -> None:
        """Say where credits are bought."""
        super().__init__("The X credits are used up (402): add credits or raise the spending limit, then run again.")


class SpendCapError(RunEndedError):
    """The spending limit that the developer console sets is reached (HTTP 403, SpendCapReached)."""

    reason = "credits"

    def __init__(self, reset_date: object = None) -> None:
        """Say which limit, and when X answers again, where it says so."""
        until = f" until {reset_date}" if _DAY.fullmatch(str(reset_date)) else ""
        super().__init__(
            f"The spending limit set in X's developer console is reached (403): X answers nothing{until};"
            " raise the limit there, or run again then."
        )


class AppRefusedError(RunEndedError):
    """X does not serve the app itself (HTTP 403): not enrolled, or suspended."""

    reason = "unauthorized"

    def __init__(self, said: str) -> None:
        """Say what X calls it, and where to look."""
        super().__init__(f"X does not serve this developer app (403, {said}): look at it in X's developer console.")


class UsageCapError(RunEndedError):
    """The monthly cap of reads is reached (HTTP 429, UsageCapExceeded): waiting within the month does not help."""

    reason = "credits"

    def __init__(self) -> None:
        """Say when reading is possible again."""
        super().__init__("The monthly usage cap of X is reached: raise it, or run again when the new month begins.")


class RateLimitedError(XError):
    """X asks for a pause (HTTP 429) that is longer than the caller lets this code wait."""

    reason = "rate_limit"

    def __init__(self, endpoint: str, resume_at: datetime) -> None:
        """Keep the moment from which on the endpoint may be asked again."""
        super().__init__(f"X limits {endpoint}: ask again from {resume_at.isoformat()} on; all pages so far are kept.")
        self.endpoint = endpoint
        self.resume_at = resume_at


class DayOverError(XError):
    """The UTC day being read has ended: what X says now belongs to the next day."""

    def __init__(self, day: date) -> None:
        """Name the day that is over."""
        super().__init__(f"{day} is over in UTC: nothing more can be read for it; read the new day instead.")
        self.day = day


class PageFileError(ValueError):
    """A file among the raw pages that this program did not write."""

"""What an answer of X means, and why reading X had to stop: by the suffix of the problem type and by the title."""

from collections.abc import Iterator, Mapping
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
    "unauthorized",
    "forbidden",
    "not_found",
    "fault",
]
"""What to make of one response."""

REFUSALS = frozenset({"protected", "suspended", "not_found", "forbidden"})
"""Reasons for which X, not this program, ends a reading."""

KEPT_OF_A_FAILURE = ("title", "type", "status", "reason", "parameter", "value", "code", "message")
"""What is kept of a failure's body: enough to act on, without the ids of accounts and apps in its other fields."""

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
    """What X did not accept: a parameter of the request, and the values it names (none: the parameter itself)."""

    parameter: str
    refused: tuple[str, ...]


def verdict(status: int | None, body: Any) -> Verdict:  # noqa: ANN401 - X may answer with any JSON
    """What to make of a response; `fault` is everything that may pass by itself, or that nobody foresaw."""
    if status is None or not isinstance(body, dict):
        return _VERDICT_OF_STATUS.get(status or 0, "fault")
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own numbers
        return "good"
    kind = f"{body.get('title')} {body.get('type')}".lower()
    if "usagecapexceeded" in kind or "usage-capped" in kind:
        return "usage_cap"
    if "creditsdepleted" in kind:
        return "credits"
    if status == 400 and any(said.parameter == "pagination_token" for said in complaints(body)):  # noqa: PLR2004 - same
        return "expired_token"
    return _VERDICT_OF_STATUS.get(status, "fault")


def complaints(body: Mapping[str, Any]) -> Iterator[Complaint]:
    """What X did not accept, from `errors[].parameters` (2.159) or a flat `parameter` and `value` (2.167)."""
    for problem in (body, *problems(body)):
        parameters = problem.get("parameters")
        if isinstance(parameters, dict):
            for name, named in parameters.items():
                yield Complaint(str(name), _texts(named))
        if isinstance(problem.get("parameter"), str):
            yield Complaint(problem["parameter"], _texts(problem.get("value")))


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
    """Why a page of one account's list holds nothing; null where it holds data or no problem names the account.

    Problems may also be about those whom the list would hold.
    """
    if body.get("data") or next_token(body):
        return None
    about_account = [
        problem
        for problem in problems(body)
        if problem.get("resource_type") == "user"
        and subject_id in {str(problem.get("value")), str(problem.get("resource_id"))}
    ]
    return account_reason(about_account[0]) if about_account else None


def next_token(body: Mapping[str, Any]) -> str | None:
    """Where the list goes on; null on its last page, and only there."""
    meta = body.get("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return str(token) if token else None


def without_details(body: Any) -> Any:  # noqa: ANN401 - X may answer with any JSON
    """The body of a failure, reduced to `KEPT_OF_A_FAILURE` and to the names and values that X did not accept."""
    if not isinstance(body, dict):
        return None
    kept = {key: _short(body[key]) for key in KEPT_OF_A_FAILURE if isinstance(body.get(key), str | int)}
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

"""How X says no: bodies as quoted in public documents and reports, in both vocabularies."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.server.vocabulary import Vocabulary

Json = dict[str, Any]
INVALID = "One or more parameters to your request was invalid."
USER_CONTEXT = "OAuth 1.0a User Context, OAuth 2.0 User Context"


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - it is X's answer, not our error
    """An answer other than 200."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)


def invalid(vocabulary: Vocabulary, parameter: str, value: str, message: str) -> Refusal:
    """400: a parameter or value that this vocabulary does not know, or out of range."""
    body: Json = {"title": "Invalid Request", "detail": INVALID, "type": vocabulary.problems + "invalid-request"}
    if vocabulary.name == "tweet":
        body = {"errors": [{"parameters": {parameter: [value]}, "message": message}], **body}
    else:
        body = {**body, "detail": message, "parameter": parameter, "value": value}
    return Refusal(400, body)


def unauthorized() -> Refusal:
    """401: no token, or one that X does not know."""
    return Refusal(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})


def wrong_token(vocabulary: Vocabulary, *, is_app: bool) -> Refusal:
    """403: the endpoint wants the other kind of token."""
    used, wanted = (
        ("OAuth 2.0 Application-Only", USER_CONTEXT) if is_app else (USER_CONTEXT, "OAuth 2.0 Application-Only")
    )
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are [{wanted}]."
    )
    body = {
        "title": "Unsupported Authentication",
        "detail": detail,
        "type": vocabulary.problems + "unsupported-authentication",
        "status": 403,
    }
    return Refusal(403, body)


def not_enrolled(vocabulary: Vocabulary) -> Refusal:
    """403: the app belongs to no project."""
    body = {
        "client_id": "00000000",
        "detail": (
            "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter "
            "developer App that is attached to a Project. You can create a project via the developer portal."
        ),
        "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
        "title": "Client Forbidden",
        "required_enrollment": "Appropriate Level of API Access",
        "reason": "client-not-enrolled",
        "type": vocabulary.problems + "client-forbidden",
    }
    return Refusal(403, body)


def spend_capped(vocabulary: Vocabulary) -> Refusal:
    """403: the spending limit of the developer console is reached (five public reports)."""
    body = {
        "title": "SpendCapReached",
        "detail": "The billing cycle's spend cap is reached; requests are blocked until the next cycle begins.",
        "reset_date": "2026-08-01",
        "type": vocabulary.problems + "credits",
    }
    return Refusal(403, body)


def app_suspended() -> Refusal:
    """403: the app is suspended; the form is assumed, the sentence as X writes it of apps."""
    detail = "Your application [00000000] has been suspended for violating the rules of X."
    return Refusal(403, {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": detail})


def not_found() -> Refusal:
    """404: no such path."""
    return Refusal(404, {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"})


def credits_depleted(vocabulary: Vocabulary) -> Refusal:
    """402: nothing is left to pay with."""
    detail = "Your enrolled account [0000000000000000000] does not have any credits to fulfill this request."
    return Refusal(402, {"type": vocabulary.problems + "credits", "title": "CreditsDepleted", "detail": detail})


def usage_capped(vocabulary: Vocabulary) -> Refusal:
    """429: the month's cap is reached; waiting does not help."""
    body = {
        "account_id": "0",
        "product_name": "standard-basic",
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": vocabulary.problems + "usage-capped",
    }
    return Refusal(429, body, {"x-rate-limit-limit": "40000", "x-rate-limit-remaining": "39999"})


def rate_limited(*, as_problem: bool = False) -> Refusal:
    """429: too many requests in this window, in the form of X's documents or as a problem."""
    if as_problem:
        body: Json = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        return Refusal(429, body)
    return Refusal(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


def missing(vocabulary: Vocabulary, resource: str, parameter: str, value: str) -> Json:
    """Beside a 200: no such user or post."""
    named = {"usernames": "username", "ids": "id"}.get(parameter, parameter)
    noun = "user" if resource == "user" else vocabulary.word
    return {
        "value": value,
        "detail": f"Could not find {noun} with {named}: [{value}].",
        "title": "Not Found Error",
        "resource_type": noun,
        "parameter": parameter,
        "resource_id": value,
        "type": vocabulary.problems + "resource-not-found",
    }


def suspended(vocabulary: Vocabulary, parameter: str, value: str) -> Json:
    """Beside a 200: the user is suspended."""
    return {
        "parameter": parameter,
        "resource_id": value,
        "value": value,
        "detail": f"User has been suspended: [{value}].",
        "title": "Forbidden",
        "resource_type": "user",
        "type": vocabulary.problems + "resource-not-found",
    }


def hidden_post(vocabulary: Vocabulary, value: str) -> Json:
    """Beside a 200: the post's author lets only approved followers read."""
    noun = vocabulary.word
    return {
        "detail": f"Sorry, you are not authorized to see the {noun.title()} with id: [{value}].",
        "parameter": "id",
        "resource_id": value,
        "resource_type": noun,
        "section": "data",
        "title": "Authorization Error",
        "type": vocabulary.problems + "not-authorized-for-resource",
        "value": value,
    }


def protected(vocabulary: Vocabulary, value: str) -> Json:
    """Beside a 200: the user lets only approved followers read."""
    return {
        "detail": f"Sorry, you are not authorized to see the user with id: [{value}].",
        "parameter": "id",
        "resource_id": value,
        "resource_type": "user",
        "section": "data",
        "title": "Authorization Error",
        "type": vocabulary.problems + "not-authorized-for-resource",
        "value": value,
    }


def field_refused(vocabulary: Vocabulary, post_id: str, name: str) -> Json:
    """Beside a 200: private metrics of somebody else's post, or of one older than 30 days."""
    noun = vocabulary.word
    return {
        "resource_id": post_id,
        "parameter": "id",
        "resource_type": noun,
        "section": "data",
        "title": "Field Authorization Error",
        "value": post_id,
        "detail": f"Sorry, you are not authorized to access '{name}' on the {noun.title()} with ids : [{post_id}].",
        "field": name,
        "type": vocabulary.problems + "not-authorized-for-field",
    }

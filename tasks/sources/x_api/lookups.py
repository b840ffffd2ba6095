"""Looking up many objects by name, 100 a call; what a page of the day already answers is not asked again."""

from collections.abc import Callable, Iterable, Sequence

from tasks.sources.x_api.endpoints import LOOKUP_SIZE
from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.paid import affordable, ask_paid
from tasks.sources.x_api.problems import unread_reason
from tasks.sources.x_api.transport import Desk, Request

RequestFor = Callable[[str], Request]
"""The request that looks up names, given joined by commas."""


def answered_names(pages: Iterable[Envelope], parameter: str) -> set[str]:
    """The names, in lower case, to which good pages hold the answer."""
    asked = (page.parameters.get(parameter, "") for page in pages if page.is_good)
    return {name.lower() for names in asked for name in names.split(",") if name}


def look_up(desk: Desk, names: Sequence[str], request_for: RequestFor, sequence: int) -> str | None:
    """Why not every name was looked up; null when all were."""
    left = list(names)
    while left:
        allowed = affordable(desk, request_for(""), min(len(left), LOOKUP_SIZE))
        if not allowed:
            return "budget"
        request = request_for(",".join(left[:allowed]))
        responses = ask_paid(desk, request, request.keywords(allowed, None), allowed, sequence)
        if reason := unread_reason(responses[-1].verdict):
            return reason
        left, sequence = left[allowed:], sequence + len(responses)
    return None

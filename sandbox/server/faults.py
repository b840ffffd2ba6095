"""What can go wrong on request: one queue of faults, taken by the requests that they are meant for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.server import problems
from sandbox.server.endpoints import BY_NAME
from sandbox.server.problems import Refusal
from sandbox.server.vocabulary import Vocabulary

# X refuses: an error body in place of an answer.
REFUSALS: dict[str, Callable[[Vocabulary], Refusal]] = {
    "rate_limited": lambda _: problems.rate_limited(),
    "rate_limited_as_problem": lambda _: problems.rate_limited(as_problem=True),
    "rate_limited_without_reset": lambda _: problems.rate_limited(),
    "rate_limited_with_past_reset": lambda _: problems.rate_limited(),
    "usage_capped": problems.usage_capped,
    "credits_depleted": problems.credits_depleted,
    "unauthorized": lambda _: problems.unauthorized(),
    "wrong_token": lambda words: problems.wrong_token(words, is_app=True),
    "not_enrolled": problems.not_enrolled,
    "spend_capped": problems.spend_capped,
    "app_suspended": lambda _: problems.app_suspended(),
    "not_found": lambda _: problems.not_found(),
    "expired_token": lambda words: problems.invalid(
        words, "pagination_token", "expired", "The `pagination_token` query parameter value [expired] is not valid"
    ),
}
# The wire fails: no whole answer arrives, and nothing is charged.
BROKEN = frozenset({"unavailable", "html_body", "truncated", "cut_json", "reset", "stall"})
# The answer is late, but whole.
LATE = frozenset({"slow"})
# The answer is whole JSON and says something odd.
ODD = frozenset({
    "short_page", "empty_page", "duplicates", "out_of_order", "partial_errors", "growing_head", "count_disagrees",
    "refollow", "same_page", "endless_pages", "ends_early", "odd_value", "unasked", "unfindable", "says_nothing",
    "self_engagement", "reposts_in_spite",
})  # fmt: skip
# Something changes before the request is answered.
TURNS = frozenset({"other_vocabulary", "midnight"})
NAMES = frozenset(REFUSALS) | BROKEN | LATE | ODD | TURNS


@dataclass(frozen=True)
class Fault:
    """One fault: which, where, how often, and after how many requests that would meet it.

    `seconds` is how long slow and stalled answers take (real time); `amount` how many objects an odd page concerns,
    or by how much counts disagree, or how far down the list the returning follower stands.
    An odd value is the text of `json` at the `path` of an object, e.g. -1 at public_metrics.followers_count.
    """

    name: str
    endpoint: str = "*"
    times: int = 1
    after: int = 0
    seconds: float = 1.0
    amount: int = 1
    path: str = ""
    json: str = "null"

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ValueError: No such fault or endpoint.
        """
        if self.name not in NAMES:
            message = f"There is no fault {self.name!r}: use one of {', '.join(sorted(NAMES))}."
            raise ValueError(message)
        if self.endpoint not in {"*", *BY_NAME}:
            message = f"There is no endpoint {self.endpoint!r}: use * or one of {', '.join(sorted(BY_NAME))}."
            raise ValueError(message)


class Faults:
    """The queue. A request takes at most one fault: the first that is due."""

    def __init__(self) -> None:
        """Begin without faults."""
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault at the end."""
        self._queue.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        self._queue.clear()

    def waiting(self) -> list[Fault]:
        """Faults that have not yet been met as often as they should."""
        return list(self._queue)

    def take(self, endpoint: str) -> Fault | None:
        """The fault that a request to an endpoint meets, if any."""
        met: Fault | None = None
        remaining = []
        for fault in self._queue:
            if fault.endpoint not in {"*", endpoint} or (met is not None and fault.after == 0):
                remaining.append(fault)
            elif fault.after > 0:
                remaining.append(replace(fault, after=fault.after - 1))
            else:
                met = fault
                remaining.extend([replace(fault, times=fault.times - 1)] if fault.times > 1 else [])
        self._queue = remaining
        return met

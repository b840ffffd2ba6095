"""Answers made odd in the ways in which X's are."""

from collections.abc import Callable
from dataclasses import replace

from sandbox.server import problems
from sandbox.server.faults import Fault
from sandbox.server.problems import Json
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.user_answers import followers_at


def apply_oddity(answer: Answer, fault: Fault, context: RequestContext) -> Answer:
    """The answer with one oddity; unchanged where it cannot have it, e.g. one user in place of a page."""
    if not isinstance(answer.data, list):
        return answer
    return ODDITIES[fault.name](answer, answer.data, fault, context)


def _short_page(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    return _charged(answer, data[: max(len(data) - fault.amount, 0)])


def _empty_page(answer: Answer, _: list[Json], __: Fault, ___: RequestContext) -> Answer:
    return _charged(answer, [])


def _duplicates(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    return replace(answer, data=[*data, *data[: fault.amount]])


def _out_of_order(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    """The newest objects come last on the page."""
    return replace(answer, data=[*data[fault.amount :], *data[: fault.amount]])


def _partial_errors(answer: Answer, data: list[Json], fault: Fault, context: RequestContext) -> Answer:
    """The last objects are reported missing beside the others."""
    kind = "post" if context.query.endpoint.holds == "posts" else "user"
    gone = data[max(len(data) - fault.amount, 0) :]
    errors = [problems.missing(context.vocabulary, kind, "ids", shown["id"]) for shown in gone if "id" in shown]
    kept = _charged(answer, data[: len(data) - len(gone)])
    return replace(kept, errors=[*answer.errors, *errors])


def _growing_head(answer: Answer, _: list[Json], fault: Fault, __: RequestContext) -> Answer:
    """So many came since the page was cut: the next page repeats its last objects."""
    return replace(answer, next_skip=None if answer.next_skip is None else max(answer.next_skip - fault.amount, 0))


def _count_disagrees(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    for shown in data:
        if "followers_count" in shown.get("public_metrics", {}):
            shown["public_metrics"]["followers_count"] += fault.amount
    return answer


def _refollow(answer: Answer, data: list[Json], fault: Fault, context: RequestContext) -> Answer:
    """A known follower from further down stands at the head, and pushes the last of the page onto the next."""
    back = followers_at(context, fault.amount)
    shown = [*back, *data][: max(len(data), 1)]
    pushed = None if answer.next_skip is None else answer.next_skip - len(back)
    charges = [replace(answer.charges[0], ids=tuple(int(user["id"]) for user in shown)), *answer.charges[1:]]
    return replace(answer, data=shown, next_skip=pushed, charges=charges)


def _charged(answer: Answer, data: list[Json]) -> Answer:
    """The answer with fewer objects, charged for these only."""
    kept = {int(shown["id"]) for shown in data if "id" in shown}
    first, *others = answer.charges
    charges = [replace(first, ids=tuple(id_ for id_ in first.ids if id_ in kept)), *others]
    meta = None if answer.meta is None else answer.meta | {"result_count": len(data)}
    return replace(answer, data=data, meta=meta, charges=charges)


ODDITIES: dict[str, Callable[[Answer, list[Json], Fault, RequestContext], Answer]] = {
    "short_page": _short_page,
    "empty_page": _empty_page,
    "duplicates": _duplicates,
    "out_of_order": _out_of_order,
    "partial_errors": _partial_errors,
    "growing_head": _growing_head,
    "count_disagrees": _count_disagrees,
    "refollow": _refollow,
}

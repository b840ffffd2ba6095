"""Answers made odd in the ways in which X's are."""

from collections.abc import Callable
from dataclasses import replace

from sandbox.server import problems
from sandbox.server.faults import Fault
from sandbox.server.post_answers import reposts_of_quotes
from sandbox.server.problems import Json
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.user_answers import followers_at, found_user


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


def _same_page(answer: Answer, _: list[Json], __: Fault, context: RequestContext) -> Answer:
    """The token leads to the page itself."""
    return replace(answer, next_skip=context.skip())


def _endless_pages(answer: Answer, _: list[Json], __: Fault, context: RequestContext) -> Answer:
    """Empty, and a new token each time."""
    return replace(_charged(answer, []), next_skip=context.skip() + 1)


def _ends_early(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    """So few, and no more."""
    return replace(_charged(answer, data[: fault.amount]), next_skip=None)


ODD_VALUE = "the odd value stands here"
"""Replaced by the fault's JSON once the body is text: some of it cannot be written from Python."""


def _odd_value(answer: Answer, data: list[Json], fault: Fault, _: RequestContext) -> Answer:
    *parents, name = fault.path.split(".")
    for shown in data[: fault.amount]:
        holder = shown
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[name] = ODD_VALUE
    return answer


def _unasked(answer: Answer, data: list[Json], _: Fault, __: RequestContext) -> Answer:
    """Somebody, or somebody's post, that nobody asked for, in front."""
    if not data:
        return answer
    changed = {"id": str(int(data[0]["id"]) - 1), "username": "not_asked_for", "author_id": "1200000000000000001"}
    return replace(answer, data=[data[0] | changed, *data])


def _unfindable(_: Answer, __: list[Json], fault: Fault, context: RequestContext) -> Answer:
    """X says in place of the list that there is no such post, or from `amount` 2 on that it is not shown."""
    value = context.path.get("id", "1")
    if fault.amount > 1:
        return Answer(errors=[problems.hidden_post(context.vocabulary, value)])
    return Answer(errors=[problems.missing(context.vocabulary, "post", "id", value)])


def _says_nothing(_: Answer, __: list[Json], ___: Fault, ____: RequestContext) -> Answer:
    return Answer()


def _self_engagement(answer: Answer, data: list[Json], _: Fault, context: RequestContext) -> Answer:
    """The author of the post stands first among those who liked, reposted or quoted it, as on X."""
    if context.query.endpoint.holds == "posts":
        own = [shown | {"id": str(int(shown["id"]) - 1), "author_id": context.path.get("id")} for shown in data[:1]]
        return replace(answer, data=[*own, *data[: max(len(data) - 1, 0)]])
    row = context.world.posts.find(context.path_id(), context.at)
    author = None if row is None else found_user(context, int(context.world.posts.rows.author[row]))
    return answer if author is None else replace(answer, data=[author, *data[:-1]])


def _reposts_in_spite(answer: Answer, data: list[Json], _: Fault, context: RequestContext) -> Answer:
    """The list of quotes holds reposts of quotes although they were excluded."""
    return replace(answer, data=[*reposts_of_quotes(context, data), *data])


ODDITIES: dict[str, Callable[[Answer, list[Json], Fault, RequestContext], Answer]] = {
    "short_page": _short_page,
    "empty_page": _empty_page,
    "duplicates": _duplicates,
    "out_of_order": _out_of_order,
    "partial_errors": _partial_errors,
    "growing_head": _growing_head,
    "count_disagrees": _count_disagrees,
    "refollow": _refollow,
    "same_page": _same_page,
    "endless_pages": _endless_pages,
    "ends_early": _ends_early,
    "odd_value": _odd_value,
    "unasked": _unasked,
    "unfindable": _unfindable,
    "says_nothing": _says_nothing,
    "self_engagement": _self_engagement,
    "reposts_in_spite": _reposts_in_spite,
}

"""The part of X's search language that the sandbox speaks: from: to: @ conversation_id: is: words, - and OR."""

import numpy as np

from sandbox.server.request_context import RequestContext
from sandbox.world.post_view import PostView
from sandbox.world.posts import Kind
from sandbox.world.randomness import Numbers, Truths

QUERY = "query"
KINDS = {"reply": Kind.REPLY, "quote": Kind.QUOTE, "retweet": Kind.REPOST}
LENGTH = {"search_recent": 512, "counts_recent": 512, "search_all": 1_024, "counts_all": 1_024}


def matching(context: RequestContext, since: int) -> Numbers:
    """Rows written since a moment that match the query, newest first.

    Raises:
        Refusal: 400, the query is missing, too long, or uses an operator that the sandbox does not know.
    """
    text = context.query.values.get(QUERY, "")
    if not text or len(text) > LENGTH[context.query.endpoint.name]:
        raise context.query.refuse(QUERY)
    rows = context.world.posts.between(since, context.at)
    view = PostView.of_rows(context.world, rows, context.at)
    found = np.zeros(len(rows), dtype=np.bool_)
    for group in text.split(" OR "):
        found |= np.logical_and.reduce([_holds(context, view, term) for term in group.split()])
    return rows[found]


def _holds(context: RequestContext, view: PostView, term: str) -> Truths:
    if term.startswith("-"):
        return ~_holds(context, view, term[1:])
    operator, separator, value = term.partition(":")
    if term.startswith("@"):
        return np.asarray(view.mentioned == _number(context, term[1:]))
    if not separator:
        return np.array([term.lower() in text.lower() for text in view.texts], dtype=np.bool_)
    if operator == "is" and value in KINDS:
        return np.array([kind is KINDS[value] for kind in view.kinds], dtype=np.bool_)
    if operator == "conversation_id":
        return np.array([str(id_) == value for id_ in view.conversation_ids], dtype=np.bool_)
    columns = {"from": view.author, "to": view.parent_authors}
    if operator not in columns:
        raise context.query.refuse(QUERY, f"The sandbox does not know the operator in [{term}]")
    return np.asarray(columns[operator] == _number(context, value))


def _number(context: RequestContext, handle: str) -> int:
    number = context.find_handle(handle)
    # Nobody has this row: it matches nothing.
    return -2 if number is None else number

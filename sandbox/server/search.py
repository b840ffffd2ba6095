"""The part of X's search language that the sandbox speaks: from: to: @ conversation_id: is: words, - and OR."""

import numpy as np

from sandbox.server.desk import Desk
from sandbox.world.dice import Numbers, Truths
from sandbox.world.postrows import Kind
from sandbox.world.sheaf import Sheaf

QUERY = "query"
KINDS = {"reply": Kind.REPLY, "quote": Kind.QUOTE, "retweet": Kind.REPOST}
LENGTH = {"search_recent": 512, "counts_recent": 512, "search_all": 1_024, "counts_all": 1_024}


def matching(desk: Desk, since: int) -> Numbers:
    """Rows written since a moment that match the query, newest first.

    Raises:
        Refusal: 400, the query is missing, too long, or uses an operator that the sandbox does not know.
    """
    text = desk.query.values.get(QUERY, "")
    if not text or len(text) > LENGTH[desk.query.endpoint.name]:
        raise desk.query.refuse(QUERY)
    rows = desk.world.posts.between(since, desk.at)
    sheaf = Sheaf.of_rows(desk.world, rows, desk.at)
    found = np.zeros(len(rows), dtype=np.bool_)
    for group in text.split(" OR "):
        found |= np.logical_and.reduce([_holds(desk, sheaf, term) for term in group.split()])
    return rows[found]


def _holds(desk: Desk, sheaf: Sheaf, term: str) -> Truths:
    if term.startswith("-"):
        return ~_holds(desk, sheaf, term[1:])
    operator, separator, value = term.partition(":")
    if term.startswith("@"):
        return np.asarray(sheaf.mentioned == _number(desk, term[1:]))
    if not separator:
        return np.array([term.lower() in text.lower() for text in sheaf.texts], dtype=np.bool_)
    if operator == "is" and value in KINDS:
        return np.array([kind is KINDS[value] for kind in sheaf.kinds], dtype=np.bool_)
    if operator == "conversation_id":
        return np.array([str(id_) == value for id_ in sheaf.conversation_ids], dtype=np.bool_)
    columns = {"from": sheaf.author, "to": sheaf.parent_authors}
    if operator not in columns:
        raise desk.query.refuse(QUERY, f"The sandbox does not know the operator in [{term}]")
    return np.asarray(columns[operator] == _number(desk, value))


def _number(desk: Desk, handle: str) -> int:
    number = desk.world.find_handle(handle, desk.at)
    # Nobody has this row: it matches nothing.
    return -2 if number is None else number

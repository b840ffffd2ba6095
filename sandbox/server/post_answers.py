"""Answers that hold posts."""

from dataclasses import replace

import numpy as np

from sandbox.server import problems
from sandbox.server.bill import Charge
from sandbox.server.endpoints import EXPANDED_POST_MILLS, EXPANDED_USER_MILLS
from sandbox.server.post_objects import PRIVATE_METRICS, post_objects
from sandbox.server.problems import Json
from sandbox.server.query import is_id
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.search import matching
from sandbox.server.user_answers import BATCH, found_post
from sandbox.server.user_objects import user_objects
from sandbox.world.moments import DAY
from sandbox.world.post_view import PostView
from sandbox.world.posts import Kind
from sandbox.world.randomness import Numbers

TIMELINE_DEPTH, WITHOUT_REPLIES_DEPTH, MENTIONS_DEPTH = 3_200, 800, 800
PRIVATE_DAYS = 30
IDS = "ids"


def timeline(context: RequestContext) -> Answer:
    """One page of a user's own posts, newest first."""
    number = context.find_user(context.path_id())
    refusal = context.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    rows = context.world.posts.by_author(number, context.at)[:TIMELINE_DEPTH]
    excluded = context.query.listed("exclude")
    kinds = [kind for name, kind in (("replies", Kind.REPLY), ("retweets", Kind.REPOST)) if name in excluded]
    rows = rows[~np.isin(context.world.posts.rows.kind[rows], kinds)]
    return _cut(context, _within(context, rows[:WITHOUT_REPLIES_DEPTH] if "replies" in excluded else rows))


def mentions(context: RequestContext) -> Answer:
    """One page of posts that mention a user, newest first."""
    number = context.find_user(context.path_id())
    refusal = context.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    return _cut(context, _within(context, context.world.posts.mentioning(number, context.at)[:MENTIONS_DEPTH]))


def quotes(context: RequestContext) -> Answer:
    """One page of posts that quote a post, newest first; unless they are excluded, each behind a repost of it."""
    row, size = context.world.posts.find(context.path_id(), context.at), context.page_size()
    if row is None:
        return Answer(errors=[problems.missing(context.vocabulary, "post", "id", context.path["id"])])
    answer = _cut(context, context.world.posts.quoting(row, context.at))
    if "retweets" in context.query.listed("exclude") or not answer.meta:
        return answer
    reposts = reposts_of_quotes(context, _listed(answer))[: size // 2]
    answer.data = [*reposts, *_listed(answer)][:size]
    answer.charges = [context.charge([int(shown["id"]) for shown in answer.data]), *answer.charges[1:]]
    answer.meta |= {"result_count": len(answer.data)}
    return answer


def reposts_of_quotes(context: RequestContext, quoting: list[Json]) -> list[Json]:
    """Posts in which the author of a quote reposts it: most of what X lists as quotes is of this kind."""
    words, fields = context.vocabulary, context.query.post_fields
    own = {"text": "RT @somebody: see this", words.references: None}
    return [
        {
            **{name: value for name, value in shown.items() if name not in own},
            "id": str(int(shown["id"]) + 1),
            "text": own["text"],
            **({words.references: [{"type": "retweeted", "id": shown["id"]}]} if words.references in fields else {}),
        }
        for shown in quoting
    ]


def reposts_of_me(context: RequestContext) -> Answer:
    """One page of the caller's own posts that somebody reposted, newest first."""
    number = context.find_user(context.caller.account_id or 0)
    rows = context.world.posts.by_author(number, context.at) if number is not None else np.zeros(0, dtype=np.int64)
    reposted = [row for row in rows[:BATCH].tolist() if len(context.world.posts.reposters(row, context.at))]
    return _cut(context, np.array(reposted, dtype=np.int64))


def search_recent(context: RequestContext) -> Answer:
    """One page of posts of the last seven days that match a query."""
    return _cut(context, _within(context, matching(context, context.at - 7 * DAY)))


def search_all(context: RequestContext) -> Answer:
    """One page of posts of all time that match a query."""
    return _cut(context, _within(context, matching(context, 0)))


def posts(context: RequestContext) -> Answer:
    """Look-up by ids."""
    ids = context.query.listed(IDS)
    if not 1 <= len(ids) <= BATCH or not all(is_id(id_) for id_ in ids):
        raise context.query.refuse(IDS)
    found = [(id_, found_post(context, int(id_))) for id_ in dict.fromkeys(ids)]
    in_book = np.array([view.rows[0] for _, view in found if view is not None and view.rows[0] >= 0], dtype=np.int64)
    answer = _shown(context, PostView.of_rows(context.world, in_book, context.at))
    for view in (view for _, view in found if view is not None and view.rows[0] < 0):
        answer = _merged(answer, _shown(context, view))
    missing = [problems.missing(context.vocabulary, "post", "ids", id_) for id_, view in found if view is None]
    return replace(answer, data=answer.data or None, errors=[*answer.errors, *missing])


def _merged(answer: Answer, other: Answer) -> Answer:
    data = [*_listed(answer), *_listed(other)]
    includes = {
        name: [*answer.includes.get(name, []), *other.includes.get(name, [])]
        for name in answer.includes | other.includes
    }
    return Answer(data, [*answer.errors, *other.errors], includes, None, [*answer.charges, *other.charges])


def _listed(answer: Answer) -> list[Json]:
    return answer.data if isinstance(answer.data, list) else []


def _within(context: RequestContext, rows: Numbers) -> Numbers:
    """The rows within the ids and times asked for."""
    book, query = context.world.posts, context.query
    since, until = query.id_("since_id"), query.id_("until_id")
    start, end = query.milliseconds("start_time"), query.milliseconds("end_time")
    ids, created = book.ids[rows], book.rows.created[rows]
    kept = np.ones(len(rows), dtype=np.bool_)
    kept &= True if since is None else ids > since
    kept &= True if until is None else ids < until
    kept &= True if start is None else created >= start
    kept &= True if end is None else created < end
    return rows[kept]


def _cut(context: RequestContext, rows: Numbers) -> Answer:
    skip, size = context.skip(), context.page_size()
    page = rows[skip : skip + size]
    answer = _shown(context, PostView.of_rows(context.world, page, context.at))
    answer.meta = {"result_count": len(page)}
    if len(page):
        ids = context.world.posts.ids[page]
        answer.meta |= {"newest_id": str(ids.max()), "oldest_id": str(ids.min())}
    answer.next_skip = skip + size if skip + size < len(rows) else None
    return answer


def _shown(context: RequestContext, view: PostView) -> Answer:
    asked, words = context.query.expansions, context.vocabulary
    added = [name for name in EXPANSION_FIELDS if name in asked and name not in words.post_fields]
    data = post_objects(view, (*context.query.post_fields, *added), words)
    answer = Answer(data=data, charges=[context.charge(view.ids)])
    answer.errors = _hide_private(context, view, data)
    _add_users(context, view, answer)
    _add_references(context, view, answer)
    return answer


EXPANSION_FIELDS = ("author_id", "in_reply_to_user_id", "referenced_posts", "edit_history_post_ids", "username")


def _hide_private(context: RequestContext, view: PostView, data: list[Json]) -> list[Json]:
    """Take private metrics from posts of others and of more than 30 days ago; say so in errors."""
    asked = [name for name in PRIVATE_METRICS if name in context.query.post_fields]
    oldest = context.at - PRIVATE_DAYS * DAY
    refusals = []
    for shown, author, created in zip(
        data, view.author_ids if asked else [], view.created if asked else [], strict=False
    ):
        if author == context.caller.account_id and created >= oldest:
            continue
        for name in asked:
            shown.pop(name)
            refusals.append(problems.field_refused(context.vocabulary, shown["id"], name))
    return refusals


def _add_users(context: RequestContext, view: PostView, answer: Answer) -> None:
    columns = {
        "author_id": view.author,
        "in_reply_to_user_id": view.parent_authors[[kind is Kind.REPLY for kind in view.kinds]]
        if len(view)
        else view.rows,
        "entities.mentions.username": view.mentioned if len(view) else view.rows,
        "referenced_tweets.id.author_id": view.parent_authors,
    }
    named = [columns[name] for name in columns if name in context.query.expansions]
    numbers = np.unique(np.concatenate(named)) if named else np.zeros(0, dtype=np.int64)
    users = context.users(numbers[numbers >= 0])
    people = user_objects(
        users, context.query.user_fields, context.vocabulary, mixes_times=context.settings.mixes_time_forms
    )
    if people:
        answer.includes["users"] = people
        answer.charges.append(Charge("user", EXPANDED_USER_MILLS, tuple(int(person["id"]) for person in people)))


def _add_references(context: RequestContext, view: PostView, answer: Answer) -> None:
    wanted = {context.vocabulary.reference_expansion, "referenced_tweets.id.author_id"} & set(context.query.expansions)
    parents = np.unique(view.parents[view.parents >= 0]) if wanted else np.zeros(0, dtype=np.int64)
    if len(parents):
        referred = PostView.of_rows(context.world, parents, context.at)
        fields = tuple(name for name in context.query.post_fields if name not in PRIVATE_METRICS)
        answer.includes[context.vocabulary.word + "s"] = post_objects(referred, fields, context.vocabulary)
        answer.charges.append(Charge("post", EXPANDED_POST_MILLS, tuple(referred.ids)))

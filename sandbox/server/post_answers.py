"""Answers that hold posts."""

from dataclasses import replace

import numpy as np

from sandbox.server import problems
from sandbox.server.bill import Charge
from sandbox.server.desk import Answer, Desk
from sandbox.server.endpoints import EXPANDED_POST_MILLS, EXPANDED_USER_MILLS
from sandbox.server.post_objects import PRIVATE_METRICS, post_objects
from sandbox.server.problems import Json
from sandbox.server.query import is_id
from sandbox.server.search import matching
from sandbox.server.user_answers import BATCH, found_post
from sandbox.server.user_objects import user_objects
from sandbox.world.dice import Numbers
from sandbox.world.moments import DAY
from sandbox.world.postrows import Kind
from sandbox.world.sheaf import Sheaf

TIMELINE_DEPTH, WITHOUT_REPLIES_DEPTH, MENTIONS_DEPTH = 3_200, 800, 800
PRIVATE_DAYS = 30
IDS = "ids"


def timeline(desk: Desk) -> Answer:
    """One page of a user's own posts, newest first."""
    number = desk.world.find_user(desk.path_id(), desk.at)
    refusal = desk.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    rows = desk.world.posts.by_author(number, desk.at)[:TIMELINE_DEPTH]
    excluded = desk.query.listed("exclude")
    kinds = [kind for name, kind in (("replies", Kind.REPLY), ("retweets", Kind.REPOST)) if name in excluded]
    rows = rows[~np.isin(desk.world.posts.rows.kind[rows], kinds)]
    return _cut(desk, _within(desk, rows[:WITHOUT_REPLIES_DEPTH] if "replies" in excluded else rows))


def mentions(desk: Desk) -> Answer:
    """One page of posts that mention a user, newest first."""
    number = desk.world.find_user(desk.path_id(), desk.at)
    refusal = desk.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    return _cut(desk, _within(desk, desk.world.posts.mentioning(number, desk.at)[:MENTIONS_DEPTH]))


def quotes(desk: Desk) -> Answer:
    """One page of posts that quote a post, newest first."""
    row = desk.world.posts.find(desk.path_id(), desk.at)
    return _cut(desk, np.zeros(0, dtype=np.int64) if row is None else desk.world.posts.quoting(row, desk.at))


def reposts_of_me(desk: Desk) -> Answer:
    """One page of the caller's own posts that somebody reposted, newest first."""
    number = desk.world.find_user(desk.caller.account_id or 0, desk.at)
    rows = desk.world.posts.by_author(number, desk.at) if number is not None else np.zeros(0, dtype=np.int64)
    reposted = [row for row in rows[:BATCH].tolist() if len(desk.world.posts.reposters(row, desk.at))]
    return _cut(desk, np.array(reposted, dtype=np.int64))


def search_recent(desk: Desk) -> Answer:
    """One page of posts of the last seven days that match a query."""
    return _cut(desk, _within(desk, matching(desk, desk.at - 7 * DAY)))


def search_all(desk: Desk) -> Answer:
    """One page of posts of all time that match a query."""
    return _cut(desk, _within(desk, matching(desk, 0)))


def posts(desk: Desk) -> Answer:
    """Look-up by ids."""
    ids = desk.query.listed(IDS)
    if not 1 <= len(ids) <= BATCH or not all(is_id(id_) for id_ in ids):
        raise desk.query.refuse(IDS)
    found = [(id_, found_post(desk, int(id_))) for id_ in dict.fromkeys(ids)]
    in_book = np.array(
        [sheaf.rows[0] for _, sheaf in found if sheaf is not None and sheaf.rows[0] >= 0], dtype=np.int64
    )
    answer = _shown(desk, Sheaf.of_rows(desk.world, in_book, desk.at))
    for sheaf in (sheaf for _, sheaf in found if sheaf is not None and sheaf.rows[0] < 0):
        answer = _merged(answer, _shown(desk, sheaf))
    missing = [problems.missing(desk.vocabulary, "post", "ids", id_) for id_, sheaf in found if sheaf is None]
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


def _within(desk: Desk, rows: Numbers) -> Numbers:
    """The rows within the ids and times asked for."""
    book, query = desk.world.posts, desk.query
    since, until = query.id_("since_id"), query.id_("until_id")
    start, end = query.milliseconds("start_time"), query.milliseconds("end_time")
    ids, created = book.ids[rows], book.rows.created[rows]
    kept = np.ones(len(rows), dtype=np.bool_)
    kept &= True if since is None else ids > since
    kept &= True if until is None else ids < until
    kept &= True if start is None else created >= start
    kept &= True if end is None else created < end
    return rows[kept]


def _cut(desk: Desk, rows: Numbers) -> Answer:
    skip, size = desk.skip(), desk.page_size()
    page = rows[skip : skip + size]
    answer = _shown(desk, Sheaf.of_rows(desk.world, page, desk.at))
    answer.meta = {"result_count": len(page)}
    if len(page):
        ids = desk.world.posts.ids[page]
        answer.meta |= {"newest_id": str(ids.max()), "oldest_id": str(ids.min())}
    answer.next_skip = skip + size if skip + size < len(rows) else None
    return answer


def _shown(desk: Desk, sheaf: Sheaf) -> Answer:
    asked, words = desk.query.expansions, desk.vocabulary
    added = [name for name in EXPANSION_FIELDS if name in asked and name not in words.post_fields]
    data = post_objects(sheaf, (*desk.query.post_fields, *added), words)
    answer = Answer(data=data, charges=[desk.charge(sheaf.ids)])
    answer.errors = _hide_private(desk, sheaf, data)
    _add_users(desk, sheaf, answer)
    _add_references(desk, sheaf, answer)
    return answer


EXPANSION_FIELDS = ("author_id", "in_reply_to_user_id", "referenced_posts", "edit_history_post_ids", "username")


def _hide_private(desk: Desk, sheaf: Sheaf, data: list[Json]) -> list[Json]:
    """Take private metrics from posts of others and of more than 30 days ago; say so in errors."""
    asked = [name for name in PRIVATE_METRICS if name in desk.query.post_fields]
    oldest = desk.at - PRIVATE_DAYS * DAY
    refusals = []
    for shown, author, created in zip(
        data, sheaf.author_ids if asked else [], sheaf.created if asked else [], strict=False
    ):
        if author == desk.caller.account_id and created >= oldest:
            continue
        for name in asked:
            shown.pop(name)
            refusals.append(problems.field_refused(desk.vocabulary, shown["id"], name))
    return refusals


def _add_users(desk: Desk, sheaf: Sheaf, answer: Answer) -> None:
    columns = {
        "author_id": sheaf.author,
        "in_reply_to_user_id": sheaf.parent_authors[[kind is Kind.REPLY for kind in sheaf.kinds]]
        if len(sheaf)
        else sheaf.rows,
        "entities.mentions.username": sheaf.mentioned if len(sheaf) else sheaf.rows,
        "referenced_tweets.id.author_id": sheaf.parent_authors,
    }
    named = [columns[name] for name in columns if name in desk.query.expansions]
    numbers = np.unique(np.concatenate(named)) if named else np.zeros(0, dtype=np.int64)
    crowd = desk.crowd(numbers[numbers >= 0])
    people = user_objects(crowd, desk.query.user_fields, desk.vocabulary, mixes_times=desk.settings.mixes_time_forms)
    if people:
        answer.includes["users"] = people
        answer.charges.append(Charge("user", EXPANDED_USER_MILLS, tuple(int(person["id"]) for person in people)))


def _add_references(desk: Desk, sheaf: Sheaf, answer: Answer) -> None:
    wanted = {desk.vocabulary.reference_expansion, "referenced_tweets.id.author_id"} & set(desk.query.expansions)
    parents = np.unique(sheaf.parents[sheaf.parents >= 0]) if wanted else np.zeros(0, dtype=np.int64)
    if len(parents):
        referred = Sheaf.of_rows(desk.world, parents, desk.at)
        fields = tuple(name for name in desk.query.post_fields if name not in PRIVATE_METRICS)
        answer.includes[desk.vocabulary.word + "s"] = post_objects(referred, fields, desk.vocabulary)
        answer.charges.append(Charge("post", EXPANDED_POST_MILLS, tuple(referred.ids)))

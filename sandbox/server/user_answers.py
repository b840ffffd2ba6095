"""Answers that hold users."""

from collections.abc import Callable

import numpy as np

from sandbox.server.bill import Charge
from sandbox.server.endpoints import EXPANDED_POST_MILLS
from sandbox.server.post_objects import post_objects
from sandbox.server.problems import Json
from sandbox.server.query import HANDLE_LENGTH, is_id
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.user_objects import user_objects
from sandbox.world.post_view import PostView
from sandbox.world.randomness import Numbers
from sandbox.world.user_view import UserView

BATCH = 100


def users(context: RequestContext) -> Answer:
    """Look-up by ids."""
    return _looked_up(context, "ids", _batch(context, "ids", is_id), lambda id_: context.find_user(int(id_)))


def users_by(context: RequestContext) -> Answer:
    """Look-up by handles."""
    handles = _batch(context, "usernames", _is_handle)
    return _looked_up(context, "usernames", handles, context.find_handle)


def user(context: RequestContext) -> Answer:
    """One user by id."""
    return _single(_looked_up(context, "id", [str(context.path_id())], lambda id_: context.find_user(int(id_))))


def user_by(context: RequestContext) -> Answer:
    """One user by handle."""
    name = context.path["username"]
    return _single(_looked_up(context, "username", [name], context.find_handle))


def users_me(context: RequestContext) -> Answer:
    """The user whose token came with the request."""
    own = str(context.caller.account_id)
    return _single(_looked_up(context, "id", [own], lambda id_: context.find_user(int(id_))))


def followers(context: RequestContext) -> Answer:
    """One page of followers, newest follow first; suspended users are taken out after the page is cut."""
    skip, size = context.skip(), context.page_size()
    number = context.find_user(context.path_id())
    refusal = context.refusal_of_lists(number)
    if refusal is not None:
        return Answer(errors=[refusal])
    audience = context.world.audiences.get(number) if number is not None else None
    if audience is None:
        return _page(context, np.zeros(0, dtype=np.int64), None)
    end = skip + size
    return _page(context, audience.page(context.at, skip, size), end if end < audience.slots(context.at) else None)


def followers_at(context: RequestContext, skip: int) -> list[Json]:
    """The follower who stands at a place of the list in the path, as on a page; empty where there is none."""
    audience = context.world.audiences.get(context.find_user(context.path_id()) or 0)
    shown = _shown(context, audience.page(context.at, skip, 1)) if audience is not None else Answer(data=[])
    return shown.data if isinstance(shown.data, list) else []


def found_user(context: RequestContext, number: int) -> Json | None:
    """A person as on a page of the request."""
    shown = _shown(context, np.array([number], dtype=np.int64)).data
    return shown[0] if isinstance(shown, list) and shown else None


def following(context: RequestContext) -> Answer:
    """One page of those whom an account follows."""
    number = context.find_user(context.path_id())
    refusal = context.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    return _cut(context, context.world.following(number))


def liking_users(context: RequestContext) -> Answer:
    """The newest hundred who like a post; of others' posts nobody is shown (private since June 2024)."""
    row = context.world.posts.find(context.path_id(), context.at)
    owner = context.find_user(context.caller.account_id or 0)
    is_own = row is not None and int(context.world.posts.rows.author[row]) == owner
    return _cut(
        context,
        _visible(context, context.world.posts.likers(row, context.at)) if is_own and row is not None else _nobody(),
    )


def reposted_by(context: RequestContext) -> Answer:
    """The newest hundred who reposted a post."""
    row = context.world.posts.find(context.path_id(), context.at)
    return _cut(
        context, _nobody() if row is None else _visible(context, context.world.posts.reposters(row, context.at))
    )


def _nobody() -> Numbers:
    return np.zeros(0, dtype=np.int64)


def _visible(context: RequestContext, numbers: Numbers) -> Numbers:
    return numbers[:BATCH][~context.world.suspended(numbers[:BATCH], context.at)]


def _cut(context: RequestContext, numbers: Numbers) -> Answer:
    skip, size = context.skip(), context.page_size()
    return _page(context, numbers[skip : skip + size], skip + size if skip + size < len(numbers) else None)


def _page(context: RequestContext, numbers: Numbers, next_skip: int | None) -> Answer:
    answer = _shown(context, numbers)
    answer.meta = {"result_count": len(numbers)}
    answer.next_skip = next_skip
    return answer


def _shown(context: RequestContext, numbers: Numbers) -> Answer:
    users = context.users(numbers)
    fields = context.query.user_fields
    expanded = f"most_recent_{context.vocabulary.word}_id"
    if expanded in context.query.expansions:
        fields = (*fields, *({expanded} - set(fields)))
    data = user_objects(users, fields, context.vocabulary, mixes_times=context.settings.mixes_time_forms)
    answer = Answer(data=data, charges=[context.charge([int(shown["id"]) for shown in data])])
    if expanded in context.query.expansions:
        _add_last_posts(context, users, answer)
    return answer


def _add_last_posts(context: RequestContext, users: UserView, answer: Answer) -> None:
    ids = [id_ for id_ in users.column("last_post_id") if isinstance(id_, int)]
    posts = [shown for id_ in ids for shown in _post(context, id_)]
    if posts:
        answer.includes[context.vocabulary.word + "s"] = posts
        answer.charges.append(Charge("post", EXPANDED_POST_MILLS, tuple(int(post["id"]) for post in posts)))


def _post(context: RequestContext, id_: int) -> list[Json]:
    view = found_post(context, id_)
    return [] if view is None else post_objects(view, context.query.post_fields, context.vocabulary)


def found_post(context: RequestContext, id_: int) -> PostView | None:
    """The post with an id, in the book or ordinary; None if there is none."""
    row = context.world.posts.find(id_, context.at)
    if row is not None:
        return PostView.of_rows(context.world, np.array([row]), context.at)
    author = context.world.status_author(id_, context.at)
    return None if author is None else PostView.of_status(context.world, id_, author, context.at)


def _looked_up(context: RequestContext, parameter: str, values: list[str], find: Callable[[str], int | None]) -> Answer:
    found = [(value, find(value)) for value in dict.fromkeys(values)]
    refusals = [(number, context.refusal_of_user(parameter, value, number)) for value, number in found]
    numbers = np.array(
        [number for number, refusal in refusals if refusal is None and number is not None], dtype=np.int64
    )
    answer = _shown(context, numbers)
    answer.data = answer.data or None
    answer.errors = [refusal for _, refusal in refusals if refusal is not None]
    return answer


def _single(answer: Answer) -> Answer:
    answer.data = answer.data[0] if isinstance(answer.data, list) else None
    return answer


def _batch(context: RequestContext, parameter: str, is_valid: Callable[[str], bool]) -> list[str]:
    values = context.query.listed(parameter)
    if not values:
        raise context.query.refuse(parameter, f"The `{parameter}` query parameter can not be empty")
    if len(values) > BATCH:
        message = (
            f"The number of values in the `{parameter}` query parameter list [{len(values)}] is not between 1 and 100"
        )
        raise context.query.refuse(parameter, message)
    if not all(is_valid(value) for value in values):
        raise context.query.refuse(parameter)
    return values


def _is_handle(text: str) -> bool:
    return text.isascii() and text.replace("_", "a").isalnum() and len(text) <= HANDLE_LENGTH

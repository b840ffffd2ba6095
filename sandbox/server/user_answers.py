"""Answers that hold users."""

from collections.abc import Callable

import numpy as np

from sandbox.server.bill import Charge
from sandbox.server.desk import Answer, Desk
from sandbox.server.endpoints import EXPANDED_POST_MILLS
from sandbox.server.post_objects import post_objects
from sandbox.server.problems import Json
from sandbox.server.query import HANDLE_LENGTH, is_id
from sandbox.server.user_objects import user_objects
from sandbox.world.crowd import Crowd
from sandbox.world.dice import Numbers
from sandbox.world.sheaf import Sheaf

BATCH = 100


def users(desk: Desk) -> Answer:
    """Look-up by ids."""
    return _looked_up(desk, "ids", _batch(desk, "ids", is_id), lambda id_: desk.world.find_user(int(id_), desk.at))


def users_by(desk: Desk) -> Answer:
    """Look-up by handles."""
    handles = _batch(desk, "usernames", _is_handle)
    return _looked_up(desk, "usernames", handles, lambda handle: desk.world.find_handle(handle, desk.at))


def user(desk: Desk) -> Answer:
    """One user by id."""
    return _single(_looked_up(desk, "id", [str(desk.path_id())], lambda id_: desk.world.find_user(int(id_), desk.at)))


def user_by(desk: Desk) -> Answer:
    """One user by handle."""
    name = desk.path["username"]
    return _single(_looked_up(desk, "username", [name], lambda handle: desk.world.find_handle(handle, desk.at)))


def users_me(desk: Desk) -> Answer:
    """The user whose token came with the request."""
    own = str(desk.caller.account_id)
    return _single(_looked_up(desk, "id", [own], lambda id_: desk.world.find_user(int(id_), desk.at)))


def followers(desk: Desk) -> Answer:
    """One page of followers, newest follow first; suspended users are taken out after the page is cut."""
    skip, size = desk.skip(), desk.page_size()
    number = desk.world.find_user(desk.path_id(), desk.at)
    refusal = desk.refusal_of_lists(number)
    if refusal is not None:
        return Answer(errors=[refusal])
    audience = desk.world.audiences.get(number) if number is not None else None
    if audience is None:
        return _page(desk, np.zeros(0, dtype=np.int64), None)
    end = skip + size
    return _page(desk, audience.page(desk.at, skip, size), end if end < audience.slots(desk.at) else None)


def followers_at(desk: Desk, skip: int) -> list[Json]:
    """The follower who stands at a place of the list in the path, as on a page; empty where there is none."""
    audience = desk.world.audiences.get(desk.world.find_user(desk.path_id(), desk.at) or 0)
    shown = _shown(desk, audience.page(desk.at, skip, 1)) if audience is not None else Answer(data=[])
    return shown.data if isinstance(shown.data, list) else []


def following(desk: Desk) -> Answer:
    """One page of those whom an account follows."""
    number = desk.world.find_user(desk.path_id(), desk.at)
    refusal = desk.refusal_of_lists(number)
    if refusal is not None or number is None:
        return Answer(errors=[refusal] if refusal else [])
    return _cut(desk, desk.world.following(number))


def liking_users(desk: Desk) -> Answer:
    """The newest hundred who like a post; of others' posts nobody is shown (private since June 2024)."""
    row = desk.world.posts.find(desk.path_id(), desk.at)
    owner = desk.world.find_user(desk.caller.account_id or 0, desk.at)
    is_own = row is not None and int(desk.world.posts.rows.author[row]) == owner
    return _cut(
        desk, _visible(desk, desk.world.posts.likers(row, desk.at)) if is_own and row is not None else _nobody()
    )


def reposted_by(desk: Desk) -> Answer:
    """The newest hundred who reposted a post."""
    row = desk.world.posts.find(desk.path_id(), desk.at)
    return _cut(desk, _nobody() if row is None else _visible(desk, desk.world.posts.reposters(row, desk.at)))


def _nobody() -> Numbers:
    return np.zeros(0, dtype=np.int64)


def _visible(desk: Desk, numbers: Numbers) -> Numbers:
    return numbers[:BATCH][~desk.world.suspended(numbers[:BATCH], desk.at)]


def _cut(desk: Desk, numbers: Numbers) -> Answer:
    skip, size = desk.skip(), desk.page_size()
    return _page(desk, numbers[skip : skip + size], skip + size if skip + size < len(numbers) else None)


def _page(desk: Desk, numbers: Numbers, next_skip: int | None) -> Answer:
    answer = _shown(desk, numbers)
    answer.meta = {"result_count": len(numbers)}
    answer.next_skip = next_skip
    return answer


def _shown(desk: Desk, numbers: Numbers) -> Answer:
    crowd = desk.crowd(numbers)
    fields = desk.query.user_fields
    expanded = f"most_recent_{desk.vocabulary.word}_id"
    if expanded in desk.query.expansions:
        fields = (*fields, *({expanded} - set(fields)))
    data = user_objects(crowd, fields, desk.vocabulary, mixes_times=desk.settings.mixes_time_forms)
    answer = Answer(data=data, charges=[desk.charge([int(shown["id"]) for shown in data])])
    if expanded in desk.query.expansions:
        _add_last_posts(desk, crowd, answer)
    return answer


def _add_last_posts(desk: Desk, crowd: Crowd, answer: Answer) -> None:
    ids = [id_ for id_ in crowd.column("last_post_id") if isinstance(id_, int)]
    posts = [shown for id_ in ids for shown in _post(desk, id_)]
    if posts:
        answer.includes[desk.vocabulary.word + "s"] = posts
        answer.charges.append(Charge("post", EXPANDED_POST_MILLS, tuple(int(post["id"]) for post in posts)))


def _post(desk: Desk, id_: int) -> list[Json]:
    sheaf = found_post(desk, id_)
    return [] if sheaf is None else post_objects(sheaf, desk.query.post_fields, desk.vocabulary)


def found_post(desk: Desk, id_: int) -> Sheaf | None:
    """The post with an id, in the book or ordinary; None if there is none."""
    row = desk.world.posts.find(id_, desk.at)
    if row is not None:
        return Sheaf.of_rows(desk.world, np.array([row]), desk.at)
    author = desk.world.status_author(id_, desk.at)
    return None if author is None else Sheaf.of_status(desk.world, id_, author, desk.at)


def _looked_up(desk: Desk, parameter: str, values: list[str], find: Callable[[str], int | None]) -> Answer:
    found = [(value, find(value)) for value in dict.fromkeys(values)]
    refusals = [(number, desk.refusal_of_user(parameter, value, number)) for value, number in found]
    numbers = np.array(
        [number for number, refusal in refusals if refusal is None and number is not None], dtype=np.int64
    )
    answer = _shown(desk, numbers)
    answer.data = answer.data or None
    answer.errors = [refusal for _, refusal in refusals if refusal is not None]
    return answer


def _single(answer: Answer) -> Answer:
    answer.data = answer.data[0] if isinstance(answer.data, list) else None
    return answer


def _batch(desk: Desk, parameter: str, is_valid: Callable[[str], bool]) -> list[str]:
    values = desk.query.listed(parameter)
    if not values:
        raise desk.query.refuse(parameter, f"The `{parameter}` query parameter can not be empty")
    if len(values) > BATCH:
        message = (
            f"The number of values in the `{parameter}` query parameter list [{len(values)}] is not between 1 and 100"
        )
        raise desk.query.refuse(parameter, message)
    if not all(is_valid(value) for value in values):
        raise desk.query.refuse(parameter)
    return values


def _is_handle(text: str) -> bool:
    return text.isascii() and text.replace("_", "a").isalnum() and len(text) <= HANDLE_LENGTH

"""Each question to Bluesky and each answer of the make-believe AppView, against the lexicons that atproto carries.

The package carries them as models, made from the lexicons: every field with its type, its form and its bounds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from atproto import models  # type: ignore[import-untyped]  # atproto ships no types
from pydantic import BaseModel, ValidationError

from tasks.sources.bluesky.account import ReadingRequest, read_account
from tasks.sources.bluesky.gateway import BlueskyGateway
from tests.bluesky.appview import CID, AppView, did, post_view, serving, tid, written

STRICT = {"strict_string_format": True}
"""Handles, DIDs, addresses and times have the form that their lexicon asks for."""
METHODS = {
    "app.bsky.actor.getProfile",
    "app.bsky.actor.getProfiles",
    "app.bsky.feed.getAuthorFeed",
    "app.bsky.feed.getLikes",
    "app.bsky.feed.getPostThread",
    "app.bsky.feed.getQuotes",
    "app.bsky.feed.getRepostedBy",
    "app.bsky.graph.getFollowers",
    "app.bsky.graph.getRelationships",
}
"""What the gateway asks."""

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass
class Witness(AppView):
    """The AppView, which also keeps what it answered."""

    said: list[tuple[str, Mapping[str, Sequence[str]], Any]] = field(default_factory=list)

    def answer(self, method: str, given: dict[str, list[str]]) -> tuple[int, bytes, Mapping[str, str]]:
        """The answer, which is kept."""
        status, body, headers = super().answer(method, given)
        assert 200 == status, body
        self.said.append((method, given, json.loads(body)))
        return status, body, headers


def _post(name: str, at: datetime, **record: object) -> dict[str, Any]:
    counts = {"replyCount": 1, "repostCount": 1, "likeCount": 2, "quoteCount": 1, "bookmarkCount": 0}
    return post_view(name, at, **record) | counts


@pytest.fixture(scope="module")
def witness() -> Witness:
    """Ada at level full, read to the end: a list of two pages, posts, and all who act on one of them."""
    view = Witness()
    view.account("ada", followersCount=130, followsCount=9, postsCount=2, description="I am invented")
    for number in range(130):
        view.follow(f"old{number}", NOW - timedelta(days=1 + number))
    at = NOW - timedelta(days=2)
    post, later = _post("ada", at), NOW - timedelta(days=1)
    uri = post["uri"]
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": did("ada"), "handle": "ada.invented.example"},
        "uri": f"at://{did('ada')}/app.bsky.feed.repost/{tid(later)}",
        "indexedAt": written(later),
    }
    view.feed = [{"post": _post("old7", NOW - timedelta(days=9)), "reason": reason}, {"post": post}]
    view.likes[uri] = [
        {"actor": view.profiles[did(name)], "createdAt": written(at), "indexedAt": written(at)}
        for name in ("old1", "old2")
    ]
    view.reposts[uri], view.quotes[uri] = [did("old3")], [_post("old4", later)]
    view.replies[uri] = [_post("old5", later, reply={part: {"uri": uri, "cid": CID} for part in ("root", "parent")})]
    request = ReadingRequest("ada.invented.example", NOW.date(), NOW - timedelta(days=90), is_whole=True)
    with serving(view) as root, BlueskyGateway(100, root) as gateway:
        read_account(gateway, request, lambda: NOW)
    return view


def _model(method: str, part: str) -> type[BaseModel]:
    """The lexicon of a method's parameters or output."""
    if (method, part) == ("app.bsky.actor.getProfile", "Response"):
        found: type[BaseModel] = models.AppBskyActorDefs.ProfileViewDetailed
        return found
    name = "".join(word[0].upper() + word[1:] for word in method.split("."))
    model: type[BaseModel] = getattr(getattr(models, name), part)
    return model


def _objections(model: type[BaseModel], content: object, place: str) -> Iterator[str]:
    """What the lexicon has against it: forms, types and bounds, and names that it does not know."""
    try:
        found = model.model_validate_json(json.dumps(content), context=STRICT)
    except ValidationError as problem:
        yield from (f"{place}: {error['loc']}: {error['msg']}" for error in problem.errors())
        return
    yield from (f"{place}: {name} is not known" for name in _unknown(found))


def _unknown(value: object) -> Iterator[str]:
    """The names, however deep, that no lexicon declares."""
    if isinstance(value, BaseModel):
        yield from value.model_extra or {}
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from _unknown(one)


def _typed(model: type[BaseModel], given: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """A query as its lexicon types it: texts of a URL become numbers and lists."""
    kinds = {entry.alias or name: str(entry.annotation) for name, entry in model.model_fields.items()}
    return {name: _value(kinds.get(name, ""), texts) for name, texts in given.items()}


def _value(kind: str, texts: Sequence[str]) -> object:
    if "List" in kind:
        return list(texts)
    (text,) = texts
    if "bool" in kind:
        return {"true": True, "false": False}.get(text, text)
    return int(text) if "int" in kind and text.isdecimal() else text


def test_every_method_was_asked(witness: Witness) -> None:
    """The reading asks all that the gateway can ask, so that all of it is compared."""
    assert {method for method, _, _ in witness.said} == METHODS


def test_every_question_is_as_its_lexicon_declares(witness: Witness) -> None:
    """Parameters, their types, forms and bounds, and none that the lexicon does not know."""
    said = []
    for method, given, _ in witness.said:
        model = _model(method, "Params")
        said += _objections(model, _typed(model, given), method)
    assert [] == said


def test_every_answer_is_as_its_lexicon_declares(witness: Witness) -> None:
    """So what is read of the make-believe AppView can be read of Bluesky's."""
    said = [one for method, _, body in witness.said for one in _objections(_model(method, "Response"), body, method)]
    assert [] == said


@pytest.mark.parametrize(
    ("method", "part", "content", "objection"),
    [
        ("app.bsky.graph.getFollowers", "Params", {"actor": "ada.invented.example", "limit": 101}, "equal to 100"),
        ("app.bsky.graph.getFollowers", "Params", {"actor": "not a handle"}, "handle"),
        ("app.bsky.actor.getProfiles", "Response", {"profiles": [{"handle": "ada.invented.example"}]}, "did"),
        (
            "app.bsky.feed.getLikes",
            "Params",
            {"uri": f"at://{did('ada')}/app.bsky.feed.post/{tid(NOW)}", "page": 1},
            "page is not known",
        ),
        ("app.bsky.actor.getProfiles", "Params", {"actors": ["ada.invented.example"] * 26}, "at most 25"),
    ],
)
def test_the_lexicons_object(method: str, part: str, content: object, objection: str) -> None:
    """What a lexicon does not allow is said, so the comparison can fail."""
    assert objection in " ".join(_objections(_model(method, part), content, method))

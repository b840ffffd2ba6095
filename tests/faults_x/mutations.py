"""Answers of X changed at random, from a seed: types, bounds, missing, extra, doubled, reordered and cut parts."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.serve import Sandbox
from sandbox.server.service import Request

Json = Any
RAW = "the raw text stands here"
RAW_TEXTS = ("9" * 5_000, "1e400", "-1e400", "NaN", "[" * 2_000 + "]" * 2_000, '"\\ud800"', '"\\u0000"', "-0", "1E5")
"""JSON that Python does not write."""
VALUES: tuple[Json, ...] = (
    *(None, True, False, "", " ", "soon", "12", "1e5", "0x1f", "99999999999999999999", "\u0661"),
    *(0, -1, 1.5, 2**31, 2**63, 2**64, 2**70, -(2**63), [], {}, [[]], [None], {"id": None}, ["id"]),
    *("2999-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-07-07", "x" * 5_000),
)
CHANCE = 0.8
"""Of an answer to be changed; of it one to three parts are."""

Path = list[tuple[Any, Any]]


class Mutator:
    """Changes the answers about one account; those about others stay as they are."""

    def __init__(self, seed: int, sandbox: Sandbox, handle: str) -> None:
        """Draw from the seed."""
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self.sandbox, self.handle = sandbox, handle
        self.account = sandbox.world.account(handle)
        self.changes: list[str] = []
        self.answers_count = 0

    def __call__(self, request: Request, body: bytes) -> bytes:
        """The body, changed or not."""
        if not self._is_about(request) or self.dice.random() > CHANCE:
            return body
        self.answers_count += 1
        said = json.loads(body)
        holder = said
        if request.endpoint.name == "users_by":
            holder = {"data": [user for user in said.get("data", []) if user["username"] == self.handle]}
            others = [user for user in said.get("data", []) if user["username"] != self.handle]
        for _ in range(self.dice.randint(1, 3)):
            change = self.dice.choice(CHANGES)
            self.changes.append(f"{request.endpoint.name}: {change.__name__}")
            change(self.dice, holder)
        if request.endpoint.name == "users_by":
            listed = holder["data"] if isinstance(holder.get("data"), list) else [holder.get("data")]
            said["data"] = [*listed, *others]
            return _text(said, self.dice)
        text = _text(holder, self.dice)
        return text[: self.dice.randrange(len(text))] if self.dice.random() < 0.05 else text

    def _is_about(self, request: Request) -> bool:
        if request.endpoint.name == "users_by":
            return True
        named = int(request.path["id"])
        row = self.sandbox.world.posts.find(named, 2**62)
        author = None if row is None else int(self.sandbox.world.posts.rows.author[row])
        return named == self.account.id or author == self.account.number


def _text(said: Json, dice: random.Random) -> bytes:
    text = json.dumps(said)
    while json.dumps(RAW) in text:
        text = text.replace(json.dumps(RAW), dice.choice(RAW_TEXTS), 1)
    return text.encode()


def _places(said: Json) -> Iterator[tuple[Any, Any]]:
    """Every part, by its holder and its name or number there."""
    parts = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, part in list(parts):
        yield said, name
        yield from _places(part)


def _lists(said: Json) -> list[list[Json]]:
    return [holder[name] for holder, name in _places(said) if isinstance(holder[name], list) and holder[name]]


def _replaced(dice: random.Random, said: Json) -> None:
    if places := list(_places(said)):
        holder, name = dice.choice(places)
        holder[name] = dice.choice(VALUES)


def _raw(dice: random.Random, said: Json) -> None:
    if places := list(_places(said)):
        holder, name = dice.choice(places)
        holder[name] = RAW


def _missing(dice: random.Random, said: Json) -> None:
    if places := list(_places(said)):
        holder, name = dice.choice(places)
        del holder[name]


def _extra(dice: random.Random, said: Json) -> None:
    """Something that nobody asked for: another object, a key, or problems and included objects."""
    for listed in _lists(said)[:1]:
        copy = json.loads(json.dumps(dice.choice(listed)))
        if isinstance(copy, dict):
            copy |= {"id": str(dice.randrange(2**60)), "username": "stranger", "surprise": [1, {"a": None}]}
        listed.insert(dice.randrange(len(listed) + 1), copy)
    said["errors"] = dice.choice(VALUES)
    said["includes"] = {"users": [{"id": str(number)} for number in range(50)]}


def _doubled(dice: random.Random, said: Json) -> None:
    for listed in _lists(said)[:1]:
        listed.extend(json.loads(json.dumps(listed)) * dice.randint(1, 20))


def _reordered(dice: random.Random, said: Json) -> None:
    for listed in _lists(said)[:1]:
        dice.shuffle(listed)


def _token(dice: random.Random, said: Json) -> None:
    """A token where none is due, an odd one, or the same for ever."""
    tokens = ("a" * 32, dice.randbytes(16).hex(), "\ud800", "x" * 5_000, 5, {}, "a b\n")
    said["meta"] = {"result_count": 0, "next_token": dice.choice(tokens)}


CHANGES: tuple[Callable[[random.Random, Json], None], ...] = (
    _replaced, _replaced, _replaced, _raw, _missing, _missing, _extra, _doubled, _reordered, _token,
)  # fmt: skip

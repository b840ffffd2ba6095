"""Each request of each level, and each answer of the sandbox, against X's own OpenAPI file of the vocabulary."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.sources.x_api.pages import RawPage, iter_pages
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.faults_x.rough import SHORT
from tests.sandbox.openapi import FILES, FOLDER, Judge
from tests.x_api.living import Watch, tracked

MORNING = datetime(2026, 7, 9, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(11)


def _file(vocabulary: str) -> Any:  # noqa: ANN401 - JSON
    path = FOLDER / FILES[vocabulary]
    if not path.exists():
        pytest.skip(f"X's OpenAPI file {path} is not here")
    return json.loads(path.read_text())


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
@pytest.mark.parametrize("is_owned", [False, True])
def test_every_request_and_answer_is_as_x_declares(
    world: World, tmp_path: Path, vocabulary: str, is_owned: bool
) -> None:
    """Two days of every level with all who engage: parameters, their values and bounds, and every good body."""
    document, judge = _file(vocabulary), Judge(vocabulary)
    owner = world.account("mentioned_mia").id if is_owned else None
    settings = Settings(moment=MORNING, has_rate_limits=False, vocabulary=vocabulary, app_owner_id=owner)
    more = {"authors": True, "likers": is_owned, "owned": is_owned}
    accounts = [
        tracked("mentioned_mia", engagers=True, **more),
        tracked("steady_stan", "sample"),
        tracked("frank", "posts", engagers=True),
        tracked("quiet_quinn", "counts"),
    ]
    with serve(world, settings) as sandbox:
        watch = Watch(sandbox, tmp_path, accounts, numbers=SHORT, vocabulary=Vocabulary())
        days = [watch.today]
        watch.live()
        days.append(watch.today)
        watch.live()
    pages = [page for day in days for page in iter_pages(watch.folder / "raw", day)]
    asked = {page.endpoint for page in pages}
    assert {"users_by", "followers", "timeline", "mentions", "quotes", "reposters"} <= asked
    assert is_owned == ("likers" in asked)
    # What the vocabulary does not know is asked once, and answered by a 400.
    good = [page for page in pages if page.is_good]
    assert {} == {page.request_id: said for page in good if (said := list(_objections(document, page)))}
    bodies = {page.request_id: judge.complaints(page.source.path, page.body) for page in good}
    assert {} == {name: said[:3] for name, said in bodies.items() if said}


def _objections(document: Any, page: RawPage) -> Iterator[str]:  # noqa: ANN401 - JSON
    """What X's file has against a request."""
    operation = document["paths"][page.source.path]["get"]
    known = {entry["name"]: entry for entry in (_resolved(document, said) for said in operation["parameters"])}
    sent = {**page.parameters, **({"id": str(page.subject_id)} if "{id}" in page.source.path else {})}
    yield from (f"{name} is missing" for name, entry in known.items() if entry.get("required") and name not in sent)
    for name, text in sent.items():
        if name not in known:
            yield f"{name} is not known"
            continue
        schema = _resolved(document, known[name]["schema"])
        value: Any = (
            text.split(",") if schema["type"] == "array" else int(text) if schema["type"] == "integer" else text
        )
        whole = {**schema, "components": document["components"]}
        yield from (f"{name}: {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(value))


def _resolved(document: Any, entry: Any) -> Any:  # noqa: ANN401 - JSON
    while "$ref" in entry:
        _, first, second, third = entry["$ref"].split("/")
        entry = document[first][second][third]
    return entry

"""People forgotten in every form in which a file may name them, on a folder and in a bucket: nothing finds them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import pytest

from tasks.followers.report import pseudonym
from tasks.maintenance.forget import Forgetting, add_to_forget_list, apply_forget_list
from tasks.maintenance.redaction import content_without
from tasks.store.forgotten import read_forgotten
from tasks.store.object_store import open_object_store
from tasks.store.root import DataRoot
from tests.faults.hidden import FORMS, Hidden, Person, a_person, dice, hidden, named_in, records_in
from tests.storage.conftest import store as store  # noqa: PLC0414 - a fixture
from tests.storage.store import ENVIRONMENT, Store

FORGETTINGS = int(os.environ.get("FORGETTINGS", "24"))
"""`make test-faults` asks for 300."""
_AT_ONCE = 4


@pytest.fixture(params=["folder", "bucket"])
def root(
    request: pytest.FixtureRequest, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DataRoot]:
    """An empty data root of either kind."""
    for name, text in ENVIRONMENT.items():
        monkeypatch.setenv(name, text)
    yield DataRoot(str(tmp_path / "data") if request.param == "folder" else store.uri(f"forget-{tmp_path.name}"))
    open_object_store.cache_clear()


def _forget(root: DataRoot, words: Sequence[str]) -> Forgetting:
    add_to_forget_list(root, words)
    return apply_forget_list(root, lambda account, person: pseudonym(account, int(person), "5e" * 32))


@pytest.mark.parametrize("seed", range(max(FORGETTINGS // _AT_ONCE, 1)))
def test_nothing_finds_them_and_everybody_else_stays(root: DataRoot, seed: int) -> None:
    """Four people are forgotten by id, in all files at once; each file keeps all others, and is decoded by others."""
    chance = dice(seed)
    people = [a_person(chance) for _ in range(_AT_ONCE)]
    files = [(person, hidden(person, chance)) for person in people for _ in range(3)]
    # The handle is known from a page, as a reading would have brought it.
    files += [(person, FORMS[0](person, chance)) for person in people]
    for _, file in files:
        root.replace(PurePosixPath(file.path), file.content)
    done = _forget(root, [chance.choice([one.id, f"000{one.id}", f"https://x.com/i/user/{one.id}"]) for one in people])
    assert not done.problems, done
    _refuse_left(root, files)
    # Brought in again, nobody of them comes back.
    forgotten = read_forgotten(root).people
    for person, file in files:
        assert not named_in(content_without(file.content, forgotten)[0], person), file.path


def _refuse_left(root: DataRoot, files: Sequence[tuple[Person, Hidden]]) -> None:
    for person, file in files:
        content = root.read_bytes(PurePosixPath(file.path))
        assert not named_in(content, person), (person, file.path)
        assert file.others == records_in(content), (person, file.path)


def test_the_search_finds_everybody_before() -> None:
    """It would not be worth much otherwise; a sheet of counts names nobody."""
    for seed in range(40):
        chance = dice(seed)
        person = a_person(chance)
        for form in FORMS:
            file = form(person, chance)
            assert bool(named_in(file.content, person)) == ("counts" not in file.path), (seed, form.__name__)


def test_one_damaged_file_keeps_nobody_from_being_forgotten(root: DataRoot) -> None:
    """It is named, and the person is in no other."""
    chance = dice(5)
    person = Person("1234567890123456789", "Somebody_9")
    whole = hidden(person, chance)
    root.replace(PurePosixPath(whole.path), whole.content)
    damaged = PurePosixPath("raw/x_api/dt=2025-01-01/1/followers-0000.json")
    root.replace(damaged, b'{"body": {"data": [{"id": "1234567890123456789"')
    done = _forget(root, [person.id])
    (problem,) = done.problems
    assert problem.startswith(f"{damaged}: is no JSON")
    assert not named_in(root.read_bytes(PurePosixPath(whole.path)), person)
    assert read_forgotten(root).holds(person.id)

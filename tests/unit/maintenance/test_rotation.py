"""A new secret: no old pseudonym is left, everybody is the same person as before, and the forgotten stay forgotten."""

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tasks.followers.report import pseudonym
from tasks.maintenance.forget import add_to_forget_list, apply_forget_list
from tasks.maintenance.rotation import rotate
from tasks.maintenance.verify import verify
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.staged import API_SPEND
from tasks.store import layout
from tasks.store.forgotten import read_forgotten, remember
from tasks.store.root import DataRoot
from tasks.store.secret import MARKS, NOTE, ROTATION, LostSecretError, read_secret, secret_of
from tasks.store.tables import Tables
from tests.unit.maintenance.held import FIRST, SECRET, TRACKED, held, holding, rows

GONE = "4711"


def _old_names(people: list[str]) -> list[str]:
    """The pseudonyms as docs/privacy.md describes them, by the secret of before."""
    text = [f"{TRACKED}/{person}" for person in people]
    return [hashlib.blake2b(name.encode(), key=SECRET.encode(), digest_size=8).hexdigest() for name in text]


def _community(root: DataRoot) -> list[list[object]]:
    """Who engaged, by the ids behind the names of today's secret, with what is said of them."""
    members = frame(Tables(root).latest(COMMUNITY_MEMBERS))
    people = {pseudonym(str(TRACKED), int(person), secret_of(root)): person for person in _people()}
    known = members.assign(member_id=[people[name] for name in members["member_id"]])
    return sorted(known.astype(str).to_numpy().tolist())


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """A root with three people on two days, with somebody who was forgotten, and requests of a purged account."""
    root, _ = held(tmp_path / "data", accounts=1, days=2, followers=2)
    remember(root, [GONE])
    for day in (FIRST, FIRST + timedelta(days=1)):
        purged = f"{day}/purged-{'a' * 16}/followers-0000"
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        spent = rows(API_SPEND, 1, request_id=[purged], spend_date=day, spent_at=at)
        Tables(root).put_batch(API_SPEND, layout.day_batch(day), spent)
    return root


def _people() -> list[str]:
    return [str(2 * TRACKED + number) for number in (17, 1_000, 1_001)]


def test_no_old_pseudonym_is_left_and_everybody_is_who_they_were(root: DataRoot) -> None:
    """Old names are in no file, the people behind the new ones are the same, and every file is whole."""
    old, before, marks = _old_names(_people()), _community(root), root.read_bytes(MARKS)
    assert len(before) == 2 * 3
    assert [] == verify(root)
    assert len(holding(Path(root.uri), *old)) == 3
    assert "5 files rewritten" in rotate(root)
    assert [] == holding(Path(root.uri), *old, "a" * 16)
    assert before == _community(root)
    assert [] == verify(root)
    assert marks != root.read_bytes(MARKS)
    assert [True, False] == [read_forgotten(root).holds(person) for person in (GONE, "4712")]


def test_whoever_is_named_later_has_the_name_that_the_reports_have(root: DataRoot) -> None:
    """Days derived after it name everybody as those before; a person is forgotten under the new name, and comes not."""
    rotate(root)
    person = _people()[0]
    names = set(Tables(root).latest(COMMUNITY_MEMBERS)["member_id"].to_pylist())
    assert names == {pseudonym(str(TRACKED), int(each), secret_of(root)) for each in _people()}
    add_to_forget_list(root, [person])
    apply_forget_list(root, lambda account, each: pseudonym(account, int(each), secret_of(root)))
    rotate(root)
    assert 2 == len(set(Tables(root).latest(COMMUNITY_MEMBERS)["member_id"].to_pylist()))
    assert [] == holding(Path(root.uri), person)
    assert [True, True] == [read_forgotten(root).holds(each) for each in (GONE, person)]
    assert [] == verify(root)


def test_a_kill_at_any_write_is_finished_by_the_next_run(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then nobody reads a secret; afterwards nobody was hashed twice."""
    old, before, whole = _old_names(_people()), _community(root), Path(root.uri)
    move = Path.replace
    killed = 0
    for instant in count(1):
        copy = DataRoot(str(whole.with_name(f"copy{instant}")))
        shutil.copytree(whole, copy.uri)
        moves = count(1)

        def moving(path: Path, target: Path, moves: "count[int]" = moves, last: int = instant) -> Path:
            if next(moves) == last:
                raise KeyboardInterrupt
            return move(path, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", moving)
            try:
                rotate(copy)
            except KeyboardInterrupt:
                killed += 1
            else:
                break
        if copy.exists(ROTATION):
            with pytest.raises(LostSecretError, match="finish it by `vanity-gap housekeeping rotate`"):
                read_secret(copy)
        rotate(copy)
        assert [] == holding(Path(copy.uri), *old, "a" * 16)
        assert (before, []) == (_community(copy), verify(copy))
        assert [True, False] == [read_forgotten(copy).holds(person) for person in (GONE, "4712")]
    assert killed >= 8


@pytest.mark.parametrize("lost", [layout.PSEUDONYMS, NOTE])
def test_nothing_is_rewritten_where_the_secret_or_its_check_is_lost(root: DataRoot, lost: Path) -> None:
    """A new secret over names of an unknown one would join nobody again: a sentence, and every byte as before."""
    root.remove(lost)
    before = {path: path.read_bytes() for path in Path(root.uri).rglob("*") if path.is_file()}
    with pytest.raises(LostSecretError, match="restore it from a backup"):
        rotate(root)
    assert before == {path: path.read_bytes() for path in Path(root.uri).rglob("*") if path.is_file()}

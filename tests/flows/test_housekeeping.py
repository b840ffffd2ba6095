"""Housekeeping as a user gives it on the command line, against a running server."""

from pathlib import Path

from tasks.maintenance.forget import add_to_forget_list
from tests.flows.conftest import Server
from tests.unit.maintenance.held import SECRET, held, holding


def _housekeeping(server: Server, root: Path, *words: str) -> tuple[int, str]:
    done = server.module("flows.housekeeping", *words, VANITY_GAP_DATA_ROOT=str(root))
    return done.returncode, done.stdout + done.stderr


def test_a_forgotten_id_is_in_no_file_and_not_in_prefect_s_database(server: Server, tmp_path: Path) -> None:
    """Neither parameters, logs, artifacts nor states name the person, though the command line did."""
    _, person = held(tmp_path, accounts=2, days=2, followers=2)
    code, said = _housekeeping(server, tmp_path, "forget", person)
    assert 0 == code, said
    assert "1 people forgotten" in said
    assert [] == holding(tmp_path, person)
    databases = list(server.home.glob("prefect.db*"))
    assert databases
    assert not any(person.encode() in path.read_bytes() for path in databases)
    assert (0, True) == (_housekeeping(server, tmp_path, "verify")[0], not (tmp_path / ".forget").exists())


def test_a_new_secret_leaves_every_file_whole(server: Server, tmp_path: Path) -> None:
    """The command says what was rewritten, the old secret is followed by another, and verify finds nothing."""
    held(tmp_path, accounts=1, days=2, followers=2)
    code, said = _housekeeping(server, tmp_path, "rotate")
    assert 0 == code, said
    assert "a new secret was made, and 3 files rewritten" in said
    assert [SECRET, True] == [(tmp_path / ".pseudonyms").read_text().split()[0], said.count(SECRET) == 0]
    assert 0 == _housekeeping(server, tmp_path, "verify")[0]


def test_an_unknown_handle_is_refused_in_a_sentence_without_it(server: Server, tmp_path: Path) -> None:
    """Exit code 2, and the sentence says what to do."""
    held(tmp_path, accounts=1, days=1, followers=1)
    code, said = _housekeeping(server, tmp_path, "forget", "@nobody_at_all")
    assert 2 == code, said
    assert "give the ids" in said
    assert "nobody_at_all" not in said


def test_whom_a_killed_run_left_is_forgotten_before_days_are_derived(server: Server, tmp_path: Path) -> None:
    """A backfill finishes what `forget` began: no file that it writes anew holds the person, and the list is gone."""
    root, person = held(tmp_path, accounts=2, days=2, followers=2)
    add_to_forget_list(root, [person])
    words = ("--start", "2026-01-01", "--end", "2026-01-02")
    done = server.module("flows.backfill", *words, VANITY_GAP_DATA_ROOT=str(tmp_path))
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "2 accounts reported" in done.stdout + done.stderr
    assert ([], False) == (holding(tmp_path, person), (tmp_path / ".forget").exists())


def test_a_list_that_cannot_be_used_keeps_no_day_from_being_reported(server: Server, tmp_path: Path) -> None:
    """An unknown handle is said without its name, the list is gone, and the days are derived."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    add_to_forget_list(root, ["@nobody_at_all"])
    words = ("--start", "2026-01-01", "--end", "2026-01-01")
    done = server.module("flows.backfill", *words, VANITY_GAP_DATA_ROOT=str(tmp_path))
    said = done.stdout + done.stderr
    assert 0 == done.returncode, said
    assert ["give the ids" in said, "1 accounts reported" in said, "nobody_at_all" in said] == [True, True, False]
    assert not (tmp_path / ".forget").exists()

"""Housekeeping as a user gives it on the command line, against a running server."""

from pathlib import Path

from tests.flows.conftest import BIN, Server
from tests.unit.keeping.held import held, holding

PYTHON = str(BIN / "python")


def _housekeeping(server: Server, root: Path, *words: str) -> tuple[int, str]:
    done = server.command(PYTHON, "-m", "flows.housekeeping", *words, VANITY_GAP_DATA_ROOT=str(root))
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


def test_an_unknown_handle_is_refused_in_a_sentence_without_it(server: Server, tmp_path: Path) -> None:
    """Exit code 2, and the sentence says what to do."""
    held(tmp_path, accounts=1, days=1, followers=1)
    code, said = _housekeeping(server, tmp_path, "forget", "@nobody_at_all")
    assert 2 == code, said
    assert "give the ids" in said
    assert "nobody_at_all" not in said

"""A lost, empty or foreign secret, or list of the forgotten, is refused: nothing that must exist is made anew."""

from pathlib import Path, PurePosixPath

import pytest

from tasks.store import layout
from tasks.store.forgotten import read_forgotten, remember
from tasks.store.root import DataRoot
from tasks.store.secret import MARKS, LostSecretError, read_secret, secret_of
from tests.unit.maintenance.held import held

_PERSON = "4711"


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """A data root that forgot somebody."""
    root = DataRoot(str(tmp_path / "data"))
    secret_of(root)
    remember(root, [_PERSON])
    return root


def test_a_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    """It is 64 hexadecimal digits, another one in each data root, and the same on every reading."""
    first, second = DataRoot(str(tmp_path / "a")), DataRoot(str(tmp_path / "b"))
    assert read_secret(first) is None
    assert secret_of(first) == secret_of(first)
    assert len(bytes.fromhex(secret_of(first))) == 32
    assert secret_of(first) != secret_of(second)


@pytest.mark.parametrize("left", [None, b"", b"\n", b"0" * 64])
def test_a_lost_empty_or_foreign_secret_is_refused(root: DataRoot, left: bytes | None) -> None:
    """Neither a new secret is made nor an unkeyed hash, and the sentence does not hold the secret."""
    kept = secret_of(root)
    root.remove(layout.PSEUDONYMS) if left is None else root.replace(layout.PSEUDONYMS, left)
    for read in (secret_of, read_secret, read_forgotten):
        with pytest.raises(LostSecretError, match="restore it from a backup") as refusal:
            read(root)
        assert kept not in str(refusal.value)
    assert root.exists(layout.PSEUDONYMS) == (left is not None)


def test_all_hidden_files_lost_are_seen_by_what_stands_beside_the_data(root: DataRoot) -> None:
    """A copy without hidden files, as many tools make it, is refused."""
    for path in (layout.PSEUDONYMS, MARKS):
        root.remove(path)
    with pytest.raises(LostSecretError, match="is gone"):
        secret_of(root)


def test_reports_with_pseudonyms_need_their_secret(tmp_path: Path) -> None:
    """Also in a data root of before there was a note: what stands in reports was made by a secret."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    root.remove(layout.PSEUDONYMS)
    with pytest.raises(LostSecretError, match="is gone"):
        secret_of(root)


def test_a_secret_of_before_there_was_a_note_is_taken_over(tmp_path: Path) -> None:
    """And from then on no other one is."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    secret = root.read_bytes(layout.PSEUDONYMS).decode()
    assert secret == secret_of(root)
    root.replace(layout.PSEUDONYMS, b"1" * 64)
    with pytest.raises(LostSecretError, match="not the one of these data"):
        secret_of(root)


def test_a_lost_list_of_the_forgotten_is_refused(root: DataRoot) -> None:
    """Lost, cut or empty: who was forgotten would come back."""
    whole = root.read_bytes(MARKS)
    for left in (None, b"", whole[:20], whole[:32]):
        root.remove(MARKS) if left is None else root.replace(MARKS, left)
        with pytest.raises(LostSecretError, match="restore it from a backup"):
            read_forgotten(root)
    root.replace(MARKS, whole)
    assert read_forgotten(root).holds(_PERSON)


def test_no_flipped_bit_of_the_list_or_of_the_secret_passes(root: DataRoot) -> None:
    """Each bit of both files in turn: refused, or the person is still held."""
    assert root.local
    for path in (MARKS, layout.PSEUDONYMS, PurePosixPath("ledger/secret.json")):
        whole = root.read_bytes(path)
        for place in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[place // 8] ^= 1 << place % 8
            (root.local / path).write_bytes(flipped)  # as a disk that goes bad would
            try:
                assert read_forgotten(root).holds(_PERSON), (path, place)
            except LostSecretError:
                continue
        root.replace(path, whole)


def test_a_list_of_before_there_was_a_sum_is_read(root: DataRoot) -> None:
    """It held marks alone, one a line."""
    marks = root.read_bytes(MARKS).split()[0]
    root.remove(PurePosixPath("ledger/secret.json"))
    root.replace(MARKS, marks)
    assert read_forgotten(root).holds(_PERSON)

"""Who asked to be forgotten: a list of marks, not of ids, so that the list itself tells nobody.

A mark is a keyed hash; the key is the data root's secret, which already guards the pseudonyms of the reports.
Whoever has the list but not the secret cannot test an id against it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.schema.keyed_hash import keyed
from tasks.schema.table import Table
from tasks.store.people import People
from tasks.store.root import DataRoot
from tasks.store.secret import MARKS, LostSecretError, forgotten_count, read_secret, secret_of, write_note

PERSON_COLUMNS = ("follower_id", "actor_id", "listed_follower_id")
"""The columns of staged tables in which people other than the tracked accounts stand."""
MARK_BYTES = 16
_MARK = re.compile(f"[0-9a-f]{{{2 * MARK_BYTES}}}")
_SUM = "sum="
"""Before the keyed hash of all marks, which shows that none was changed."""


@dataclass(frozen=True)
class Forgotten:
    """The marks of those who asked to be forgotten, and the secret that makes them."""

    marks: frozenset[str]
    secret: bytes

    def holds(self, person: str | int) -> bool:
        """Whether this id is one of theirs."""
        return bool(self.marks) and str(person).isdecimal() and _mark(person, self.secret) in self.marks

    @property
    def people(self) -> People:
        """The same, to be looked for by id and handle in what others wrote."""
        return People(self.holds, lambda handle: bool(self.marks) and _mark(f"@{handle}", self.secret) in self.marks)

    def kept(self, table: Table, rows: pa.Table) -> pa.Table:
        """The rows that are about nobody among them."""
        names = [name for name in PERSON_COLUMNS if name in table.schema.names]
        if not self.marks or not names or not rows.num_rows:
            return rows
        is_about = [[self.holds(person) for person in rows[name].to_pylist()] for name in names]
        return rows.filter(pa.array(~np.logical_or.reduce(is_about)))


NOBODY = Forgotten(frozenset(), b"")


def read_forgotten(root: DataRoot) -> Forgotten:
    """Who is to be kept out of the data root; `LostSecretError` when that can no longer be told."""
    secret, least = read_secret(root), forgotten_count(root)
    marks = _read_marks(root, secret, least > 0) if secret and root.exists(MARKS) else frozenset()
    if len(marks) < least:
        message = (
            f"{MARKS} below the data root holds {len(marks)} of {least} forgotten people: restore it from a backup"
        )
        raise LostSecretError(message)
    return Forgotten(marks, secret or b"")


def remember(root: DataRoot, people: Iterable[str]) -> None:
    """Add these people to the list; call it inside the locks of `tasks/maintenance/locks.py`."""
    secret = secret_of(root).encode()
    marks = read_forgotten(root).marks | {_mark(person, secret) for person in people}
    write_marks(root, marks, secret)


def write_marks(root: DataRoot, marks: Collection[str], secret: bytes) -> None:
    """Replace the list, and bind the data root to it and to the secret that made it."""
    if marks:
        root.replace(MARKS, "\n".join([*sorted(marks), _sum(marks, secret)]).encode())
    write_note(root, secret, len(marks))


def _read_marks(root: DataRoot, secret: bytes, is_summed: bool) -> frozenset[str]:
    """The marks; an older list has no sum below them."""
    words = root.read_bytes(MARKS).decode(errors="replace").split()
    marks = frozenset(filter(_MARK.fullmatch, words))
    rest = [word for word in words if word not in marks]
    if rest != [_sum(marks, secret)] and (rest or is_summed):
        message = f"{MARKS} below the data root is damaged, or of another secret: restore it from a backup"
        raise LostSecretError(message)
    return marks


def _sum(marks: Collection[str], secret: bytes) -> str:
    return _SUM + keyed("\n".join(sorted(marks)), secret, MARK_BYTES)


def _mark(person: str | int, secret: bytes) -> str:
    return keyed(f"forgotten/{person}", secret, MARK_BYTES)

"""Who asked to be forgotten: a list of marks, not of ids, so that the list itself tells nobody.

A mark is a keyed hash; the key is the data root's secret, which already guards the pseudonyms of the reports.
Whoever has the list but not the secret cannot test an id against it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa

from tasks.schema.table import Table
from tasks.store.layout import PSEUDONYMS
from tasks.store.root import DataRoot

MARKS = PurePosixPath(".forgotten")
PERSON_COLUMNS = ("follower_id", "actor_id", "listed_follower_id")
"""The columns of staged tables in which people other than the tracked accounts stand."""
MARK_BYTES = 16


class LostSecretError(ValueError):
    """The marks cannot be read, because the secret that made them is gone."""


@dataclass(frozen=True)
class Forgotten:
    """The marks of those who asked to be forgotten, and the secret that makes them."""

    marks: frozenset[str]
    secret: bytes

    def holds(self, person: str | int) -> bool:
        """Whether this id is one of theirs."""
        return bool(self.marks) and str(person).isdecimal() and _mark(person, self.secret) in self.marks

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
    if not root.exists(MARKS):
        return NOBODY
    return Forgotten(frozenset(root.read_bytes(MARKS).decode().split()), _secret(root))


def remember(root: DataRoot, people: Iterable[str]) -> None:
    """Add these people to the list; call it inside the locks of `tasks/maintenance/locks.py`."""
    secret = _secret(root)
    marks = read_forgotten(root).marks | {_mark(person, secret) for person in people}
    root.replace(MARKS, "\n".join(sorted(marks)).encode())


def _mark(person: str | int, secret: bytes) -> str:
    return hashlib.blake2b(f"forgotten/{person}".encode(), key=secret, digest_size=MARK_BYTES).hexdigest()


def _secret(root: DataRoot) -> bytes:
    if not root.exists(PSEUDONYMS):
        message = f"{PSEUDONYMS} below {root.uri} is gone, and with it who was forgotten: restore it from a backup"
        raise LostSecretError(message)
    return root.read_bytes(PSEUDONYMS)

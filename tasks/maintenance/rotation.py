"""A new secret: whatever was hashed by the old one is hashed once more, wherever it stands.

What has to be rewritten is noted before, each file with its digest, beside the new key.
So a killed run is finished from the note, no name is hashed twice, and until then every other command is refused.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from tasks.maintenance.forget import sweep_work
from tasks.schema.frames import in_order
from tasks.schema.keyed_hash import keyed
from tasks.schema.staged import API_SPEND
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.forgotten import MARK_BYTES, read_forgotten, write_marks
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_json
from tasks.store.secret import MEMBER_TABLES, NOTE, ROTATION, SECRET_BYTES, LostSecretError, read_keys
from tasks.store.tables import Tables

_NAME_BYTES = 8
"""Of a pseudonym, and of the name under which a purged account's requests stand."""
_PURGED = re.compile(r"(?<=/purged-)[0-9a-f]{16}(?=/)")
_TABLES = (*MEMBER_TABLES, API_SPEND)
_RESTORE = "restore it from a backup, or run `vanity-gap housekeeping repair` where the secret is the right one"


def rotate(root: DataRoot) -> str:
    """Add a key to the secret, and rewrite by it all that the others gave; one sentence of what was done.

    Raises `LostSecretError` where it is not certain that the secret is that of the data root.
    A run that was killed is finished by running it again. Call it inside `lock_everything`.
    """
    if not root.exists(ROTATION):
        _begin(root)
    note = json.loads(root.read_bytes(ROTATION))
    count = sum(_rewrite(root, table, note) for table in _TABLES)
    Tables(root).renew_manifest()
    # It names people by their old pseudonyms, and is drawn from the reports.
    root.remove(layout.PAGE)
    _replace_secret(root, note)
    root.remove(ROTATION)
    return f"a new secret was made, and {count} files rewritten by it; copies made before have the old pseudonyms"


def _begin(root: DataRoot) -> None:
    keys = read_keys(root)
    if not keys or not root.exists(NOTE):
        message = f"{layout.PSEUDONYMS} or {NOTE} is missing, so nothing says which secret these data have: {_RESTORE}"
        raise LostSecretError(message)
    sweep_work(root)
    files = {table.name: _digests(root, table) for table in _TABLES}
    marks = sorted(read_forgotten(root).marks)
    key = secrets.token_hex(SECRET_BYTES)
    root.replace(ROTATION, sealed_json({"key": key, "keys": keys.decode(), "marks": marks, "files": files}))


def _digests(root: DataRoot, table: Table) -> dict[str, str]:
    """The SHA-256 of each file of the table."""
    tables = Tables(root)
    flat = [tables.latest_name(table)] if table.stage == "report" and tables.has_latest(table) else []
    return {path: root.sha256(PurePosixPath(path)) for path in (*tables.files(table), *flat)}


def _rewrite(root: DataRoot, table: Table, note: Mapping[str, Any]) -> int:
    """Rewrite those of the table's files that are still what they were; how many."""
    key = str(note["key"]).encode()
    now = _digests(root, table)
    due = [path for path, digest in note["files"][table.name].items() if now.get(path) == digest]
    change = _renamed_requests if table is API_SPEND else _renamed_members
    return Tables(root).rewrite(table, due, lambda rows: change(table, rows, key))


def _renamed_members(table: Table, rows: pa.Table, key: bytes) -> pa.Table | None:
    return _mapped(table, rows, "member_id", lambda name: keyed(name, key, _NAME_BYTES))


def _renamed_requests(table: Table, rows: pa.Table, key: bytes) -> pa.Table | None:
    return _mapped(
        table, rows, "request_id", lambda name: _PURGED.sub(lambda hidden: keyed(hidden[0], key, _NAME_BYTES), name)
    )


def _mapped(table: Table, rows: pa.Table, column: str, name_of: Callable[[str], str]) -> pa.Table | None:
    """The rows with other names in the column; None where none changes."""
    encoded = rows[column].combine_chunks().dictionary_encode()
    before = encoded.dictionary.to_pylist()
    names = [name_of(name) for name in before]
    if names == before:
        return None
    place = rows.schema.get_field_index(column)
    values = pa.array(names, pa.string()).take(encoded.indices)
    return in_order(table, rows.set_column(place, rows.schema.field(place), values))


def _replace_secret(root: DataRoot, note: Mapping[str, Any]) -> None:
    """The secret with the new key below the others, the marks of the forgotten by it, and the note that binds both."""
    key = str(note["key"]).encode()
    secret = str(note["keys"]).encode() + b"\n" + key
    root.replace(layout.PSEUDONYMS, secret)
    marks = frozenset(keyed(mark, key, MARK_BYTES) for mark in note["marks"])
    write_marks(root, marks, secret)

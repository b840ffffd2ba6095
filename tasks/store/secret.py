"""The secret of a data root: the key of the pseudonyms in its reports, and of the marks of those who were forgotten.

A note beside the data says which secret it is, so that a lost, empty or foreign one is seen and never made anew.
"""

import json
import secrets
from pathlib import PurePosixPath

from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, FOLLOWER_JUDGEMENTS
from tasks.schema.keyed_hash import keyed
from tasks.store import layout
from tasks.store.lock import hold_lock
from tasks.store.root import DataRoot
from tasks.store.sealed import is_whole, sealed_json

MARKS = PurePosixPath(".forgotten")
"""Who asked to be forgotten; `tasks/store/forgotten.py` reads and writes it."""
NOTE = layout.LEDGER / "secret.json"
"""What the secret gives as key of a known text, and how many people were forgotten: neither tells the secret."""
ROTATION = PurePosixPath(".rotation")
"""The secret that is to come, while whatever the old one gave is being rewritten (`tasks/maintenance/rotation.py`)."""
FORM = 1
"""Of the data root: one that this program would misread has a higher number, and is refused by readers and writers."""
SECRET_BYTES = 32
MEMBER_TABLES = (FOLLOWER_JUDGEMENTS, COMMUNITY_MEMBERS)
"""Report tables with a row per person, under a pseudonym; all others hold counts alone."""


class LostSecretError(ValueError):
    """The secret of the data root, or the list of the forgotten, is gone, damaged or another one's."""


def read_secret(root: DataRoot) -> bytes | None:
    """The secret; None where the data root never had one, and `LostSecretError` where it had another or one at all.

    Also where a killed run has left a part of the data under the secret that is to come.
    """
    if root.exists(ROTATION):
        message = "a new secret was being made when the run was killed: finish it by `vanity-gap housekeeping rotate`"
        raise LostSecretError(message)
    return read_keys(root)


def read_keys(root: DataRoot) -> bytes | None:
    """The same, also while a new secret is being made."""
    note = _note(root)
    secret = root.read_bytes(layout.PSEUDONYMS).strip() if root.exists(layout.PSEUDONYMS) else b""
    if not secret and (note or root.exists(MARKS) or _has_pseudonyms(root)):
        raise LostSecretError(_lost("is empty" if root.exists(layout.PSEUDONYMS) else "is gone"))
    if secret and note and note["check"] != _check(secret):
        raise LostSecretError(_lost("is not the one of these data"))
    return secret or None


def secret_of(root: DataRoot) -> str:
    """The secret, made where the data root never had one; losing it would change every pseudonym.

    It never stands in a report, a log or Prefect's database.
    """
    secret = read_secret(root)
    if secret is None or not _note(root):
        with hold_lock(root, "secret"):
            secret = read_secret(root) or _made(root)
            write_note(root, secret, forgotten_count(root))
    return secret.decode()


def write_note(root: DataRoot, secret: bytes, forgotten: int) -> None:
    """Bind the data root to this secret, and to a list of at least so many forgotten."""
    root.replace(NOTE, sealed_json({"check": _check(secret), "forgotten_count": forgotten, "form": FORM}))


def forgotten_count(root: DataRoot) -> int:
    """How many people the list of the forgotten must hold at least."""
    return int(_note(root).get("forgotten_count", 0))


def _made(root: DataRoot) -> bytes:
    secret = secrets.token_hex(SECRET_BYTES).encode()
    root.replace(layout.PSEUDONYMS, secret)
    return secret


def _note(root: DataRoot) -> dict[str, str | int]:
    if not root.exists(NOTE):
        return {}
    content = root.read_bytes(NOTE)
    try:
        if not is_whole(content):
            raise ValueError  # noqa: TRY301 - as if it were no JSON
        note = json.loads(content)
        form = int(note.get("form", FORM))
        note = {"check": str(note["check"]), "forgotten_count": int(note["forgotten_count"])}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        message = f"{NOTE} is damaged: restore it from a backup, or remove it when {layout.PSEUDONYMS} is the right one"
        raise LostSecretError(message) from None
    if form > FORM:
        message = f"the data root was written by a newer version (form {form}; this one knows {FORM}): install that one"
        raise LostSecretError(message)
    return note


def _has_pseudonyms(root: DataRoot) -> bool:
    return any(root.files(layout.report_folder(table)) for table in MEMBER_TABLES)


def _check(secret: bytes) -> str:
    return keyed("the secret of this data root", secret, 16)


def _lost(what: str) -> str:
    return (
        f"{layout.PSEUDONYMS}, the secret of the data root, {what}: restore it from a backup; without it every "
        "pseudonym would change and forgotten people would come back"
    )

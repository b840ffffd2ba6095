"""Who is to be forgotten: the list from which a killed run is finished.

It is the one place where an id stands in plain, only until its owner is forgotten, and only its user can read it.
Ids are never parameters of a flow, because Prefect keeps those.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from tasks.store.root import DataRoot

ASKED = PurePosixPath(".forget")


def asked(root: DataRoot) -> list[str]:
    """The ids and handles that stand on the list, one a line."""
    return root.read_bytes(ASKED).decode().split() if root.exists(ASKED) else []


def ask(root: DataRoot, people: Iterable[str]) -> None:
    """Put people on the list, beside those who are on it."""
    root.replace(ASKED, "\n".join(dict.fromkeys([*asked(root), *people])).encode())
    if root.local is not None:
        (root.local / ASKED).chmod(0o600)


def done(root: DataRoot) -> None:
    """Take the list away, as the last step of forgetting."""
    root.remove(ASKED)

"""The secret under which followers stand in reports: chance enters here, once per data root."""

import secrets
from pathlib import PurePosixPath

from pydantic import SecretStr

from tasks.store.root import DataRoot

PATH = PurePosixPath(".pseudonyms")
SECRET_BYTES = 32


def pseudonym_secret(root: DataRoot) -> SecretStr:
    """The data root's secret, made when there is none: whoever holds a report alone cannot tell whom it is about.

    Losing it changes every pseudonym; it never stands in a report, a log or Prefect's database.
    """
    if not root.exists(PATH):
        root.replace(PATH, secrets.token_hex(SECRET_BYTES).encode())
        if root.local is not None:
            (root.local / PATH).chmod(0o600)
    return SecretStr(root.read_bytes(PATH).decode())

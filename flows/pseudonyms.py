"""The secret under which followers stand in reports: chance enters here, once per data root."""

import secrets

from pydantic import SecretStr

from tasks.store.layout import PSEUDONYMS
from tasks.store.root import DataRoot

SECRET_BYTES = 32


def pseudonym_secret(root: DataRoot) -> SecretStr:
    """The data root's secret, made when there is none: whoever holds a report alone cannot tell whom it is about.

    Losing it changes every pseudonym; it never stands in a report, a log or Prefect's database.
    """
    if not root.exists(PSEUDONYMS):
        root.replace(PSEUDONYMS, secrets.token_hex(SECRET_BYTES).encode())
        if root.local is not None:
            (root.local / PSEUDONYMS).chmod(0o600)
    return SecretStr(root.read_bytes(PSEUDONYMS).decode())

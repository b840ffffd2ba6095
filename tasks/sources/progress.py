"""How far a long reading is, said in the log."""

import logging
from collections.abc import Iterator, Sequence
from typing import TypeVar

_Entry = TypeVar("_Entry")
_PARTS = 10
"""After each tenth it is said; a reading of fewer accounts is over before anybody asks."""


def tell_progress(accounts: Sequence[_Entry]) -> Iterator[_Entry]:
    """The accounts one by one; after each tenth of them, of more than ten, the log says how many are read."""
    number = len(accounts)
    for done, account in enumerate(accounts, start=1):
        yield account
        if number > _PARTS and done * _PARTS // number > (done - 1) * _PARTS // number:
            logging.getLogger(__name__).info("%d of %d accounts read", done, number)

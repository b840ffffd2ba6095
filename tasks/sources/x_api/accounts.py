"""An account as X is asked about it."""

from dataclasses import dataclass


class AccountIdError(ValueError):
    """An id that X never gave."""


@dataclass(frozen=True)
class Account:
    """A tracked account by its decimal id.

    `is_owned`: it is the authenticated user and owns the developer app, so that its own lists are cheaper.
    """

    id: str
    is_owned: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no id: it would become the name of a folder."""
        if not (self.id.isascii() and self.id.isdecimal()):
            message = f"{self.id!r} is not the id of an account on X: give the decimal id, not the handle."
            raise AccountIdError(message)

"""How far a reading got: the small object that each fetch returns, of every network."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """How far the reading of one subject of one account got.

    `status` and `reason` are codes of `tasks/schema/columns/readings.py`; a complete reading has no reason.
    `pages_count` counts the pages that X served for it, failures not included.
    """

    account_id: str
    subject: str
    status: str
    reason: str | None
    pages_count: int
    objects_count: int

    @property
    def is_complete(self) -> bool:
        """Whether it got to its end."""
        return self.status == "complete"

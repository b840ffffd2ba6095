"""How far a list was read on a day, told by its pages; of each page only what that takes is kept in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tasks.sources.x_api.pages import Envelope
from tasks.sources.x_api.problems import Verdict, page_reason

Ids: TypeAlias = npt.NDArray[np.int64]
"""Ids as X lists them: newest first."""


@dataclass(frozen=True)
class Mark:
    """One response, without its body."""

    sequence: int
    verdict: Verdict
    is_head: bool
    next_token: str | None
    refusal: str | None
    received_at: datetime
    ids: Ids = field(compare=False)

    @property
    def is_good(self) -> bool:
        """Whether X served a page."""
        return self.verdict == "good"


def mark(page: Envelope) -> Mark:
    """What the page says of how far the list was read."""
    return Mark(
        sequence=page.sequence,
        verdict=page.verdict,
        is_head="pagination_token" not in page.parameters,
        next_token=page.next_token,
        refusal=page_reason(page.body, page.subject_id) if page.is_good else None,
        received_at=page.received_at,
        ids=object_ids(page.objects),
    )


def object_ids(objects: Iterable[dict[str, Any]]) -> Ids:
    """The ids of the objects, in their order."""
    return np.array([int(entry["id"]) for entry in objects], dtype=np.int64)


class Trail:
    """The responses to one request on one day, in order, and where they lead.

    A list is begun anew when X has forgotten its token: then only the pages of the latest pass lead on.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        """Follow the responses so far."""
        self.pages_count = 0
        self.objects_count = 0
        self.current: list[Mark] = []
        self.is_lost = False
        for entry in marks:
            self.follow(entry)

    def follow(self, entry: Mark) -> None:
        """Take in one more response."""
        self.is_lost = entry.verdict == "expired_token"
        if self.is_lost:
            self.current = []
        if not entry.is_good:
            return
        self.current = [entry] if entry.is_head else [*self.current, entry]
        self.pages_count += 1
        self.objects_count += len(entry.ids)

    @property
    def token(self) -> str | None:
        """With what to go on; null at the head."""
        return self.current[-1].next_token if self.current else None

    @property
    def began_at(self) -> datetime | None:
        """When the first page of the latest pass arrived."""
        return self.current[0].received_at if self.current else None

    @property
    def is_ended(self) -> bool:
        """Whether the last page of the list was read."""
        return bool(self.current) and self.current[-1].next_token is None

    @property
    def refusal(self) -> str | None:
        """Why X shows nothing of the list; null where it does."""
        return self.current[-1].refusal if self.current else None

    @property
    def ids(self) -> Ids:
        """What the latest pass has listed so far, newest first, without the repeats at the borders of pages."""
        return first_of_each(np.concatenate([np.empty(0, np.int64), *(entry.ids for entry in self.current)]))


def first_of_each(ids: Ids) -> Ids:
    """The ids in their order, each once: a growing head repeats ids at the border of two pages."""
    _, places = np.unique(ids, return_index=True)
    return ids[np.sort(places)]

"""Objects of many pages side by side, so that a column is built once for all of them and not once for each page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.sources.x_api.pages import Envelope

ColumnType: TypeAlias = Literal["str", "Int64", "datetime64[s]", "datetime64[us, UTC]"]
"""The types of what belongs to a page."""

BLOCK_OBJECTS = 50_000
"""Objects after which a block is full: its JSON is in memory at once, as some 200 MB, and a list may have a million."""


class Block:
    """The objects of pages of one endpoint, one page after the other."""

    def __init__(self, pages: Sequence[Envelope]) -> None:
        """Gather the objects of the pages."""
        self.pages = pages
        listed = [page.objects for page in pages]
        self.lengths = np.array([len(objects) for objects in listed], dtype=np.int64)
        self._places = np.repeat(np.arange(len(listed)), self.lengths)
        self.objects: list[dict[str, Any]] = [entry for objects in listed for entry in objects]

    def of_page(self, said: Iterable[object], dtype: ColumnType) -> pd.Series:
        """What belongs to a page, said once for each page, as a column with a value for each object."""
        return pd.Series(list(said), dtype=dtype).iloc[self._places].reset_index(drop=True)

    def has(self, is_so: Callable[[Envelope], bool]) -> npt.NDArray[np.bool_]:
        """For each object, whether something is so of its page."""
        return np.array([is_so(page) for page in self.pages], dtype=bool)[self._places]

    @property
    def account_id(self) -> pd.Series:
        """The account to which the page of each object belongs."""
        return self.of_page((page.batch for page in self.pages), "str")

    @property
    def day(self) -> pd.Series:
        """The day for which each object was read."""
        return self.of_page((pd.Timestamp(page.day) for page in self.pages), "datetime64[s]")

    @property
    def observed_at(self) -> pd.Series:
        """When each object arrived."""
        return self.of_page((page.received_at for page in self.pages), "datetime64[us, UTC]")


def blocks(pages: Iterable[Envelope]) -> Iterator[Block]:
    """The pages in blocks of one endpoint each; the pages of an endpoint stay in their order."""
    waiting: dict[str, list[Envelope]] = {}
    sizes: dict[str, int] = {}
    for page in pages:
        waiting.setdefault(page.endpoint, []).append(page)
        sizes[page.endpoint] = sizes.get(page.endpoint, 0) + len(page.objects)
        if sizes[page.endpoint] >= BLOCK_OBJECTS:
            yield Block(waiting.pop(page.endpoint))
            sizes[page.endpoint] = 0
    yield from (Block(gathered) for gathered in waiting.values())


def rows_by_arrival(pages: Iterable[Envelope], rows_of: Callable[[Block], pd.DataFrame]) -> pd.DataFrame | None:
    """What `rows_of` makes of the objects, a row each; the rows of a page stand behind those of earlier pages.

    Null without a page.
    """
    parts: list[pd.DataFrame] = []
    arrived: list[tuple[object, str]] = []
    lengths: list[int] = []
    for block in blocks(pages):
        parts.append(rows_of(block))
        arrived += [(page.received_at, page.request_id) for page in block.pages]
        lengths += block.lengths.tolist()
    if not parts:
        return None
    ranks = np.empty(len(arrived), dtype=np.int64)
    ranks[sorted(range(len(arrived)), key=arrived.__getitem__)] = np.arange(len(arrived))
    return pd.concat(parts, ignore_index=True).iloc[np.argsort(np.repeat(ranks, lengths), kind="stable")]

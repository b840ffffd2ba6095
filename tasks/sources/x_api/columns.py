"""X's JSON as columns: the objects of many pages side by side, in either spelling; a missing value stays null."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from tasks.sources.x_api.page_content import odd_fields
from tasks.sources.x_api.pages import RawPage

JsonObjects: TypeAlias = Sequence[dict[str, Any]]


def id_column(objects: JsonObjects, *names: str) -> pd.Series:
    """Decimal ids as Int64, from the first of the names that holds one."""
    return _integers(_strings(_either(objects, names)))


def metric_column(objects: JsonObjects, *names: str) -> pd.Series:
    """Counts in `public_metrics` as Int64, from the first of the names that holds one."""
    metrics = [entry.get("public_metrics") or {} for entry in objects]
    return pd.Series(pd.array(_either(metrics, names), dtype="Int64"))


def flag_column(objects: JsonObjects, name: str) -> pd.Series:
    """Truth values as boolean."""
    return pd.Series(pd.array(_either(objects, (name,)), dtype="boolean"))


def text_column(objects: JsonObjects, name: str) -> pd.Series:
    """Texts as str, null where there is none."""
    return pd.Series(_strings(_either(objects, (name,))), dtype="str")


def moment_column(objects: JsonObjects, name: str) -> pd.Series:
    """Times as UTC microseconds; X writes them with and without milliseconds."""
    stated = pd.Series(_either(objects, (name,)), dtype="str")
    return pd.to_datetime(stated, format="ISO8601", utc=True).astype("datetime64[us, UTC]")


def is_filled_column(objects: JsonObjects, name: str) -> pd.Series:
    """Whether a text that was asked for is there: X leaves empty ones out, or sends null; null for an odd one."""
    filled = [None if name in odd_fields(entry) else bool(entry.get(name)) for entry in objects]
    return pd.Series(pd.array(filled, dtype="boolean"))


def constant_column(size: int, value: bool | None) -> pd.Series:
    """One truth value, or null, as many times."""
    return pd.Series(pd.array([value] * size, dtype="boolean"))


def reference_id_column(objects: JsonObjects, kind: str) -> pd.Series:
    """The id of the post that each post has replied to, quoted or retweeted, as Int64; null without such a post."""
    found = [
        next((str(r["id"]) for r in references(entry) or () if r.get("type") == kind and r.get("id")), None)
        for entry in objects
    ]
    return _integers(found)


def references(entry: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The posts to which a post refers; null where X did not say."""
    said: list[dict[str, Any]] | None = entry.get("referenced_tweets")
    return said if said is not None else entry.get("referenced_posts")


def _either(objects: JsonObjects, names: Sequence[str]) -> list[Any]:
    first, *others = names
    found = [entry.get(first) for entry in objects]
    for name in others:
        found = [entry.get(name) if known is None else known for known, entry in zip(found, objects, strict=True)]
    return found


def _strings(said: list[Any]) -> list[str | None]:
    return [None if entry is None else str(entry) for entry in said]


def _integers(said: list[str | None]) -> pd.Series:
    parsed = pa.array(said, pa.string()).cast(pa.int64())
    return pd.Series(pd.array(parsed.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get), dtype="Int64"))


_PageColumnType: TypeAlias = Literal["str", "Int64", "datetime64[s]", "datetime64[us, UTC]"]
"""The types of what belongs to a page."""

BLOCK_OBJECTS = 50_000
"""Objects after which a block is full: its JSON is in memory at once, as some 200 MB, and a list may have a million."""


class Block:
    """The objects of pages of one endpoint, one page after the other."""

    def __init__(self, pages: Sequence[RawPage]) -> None:
        """Gather the objects of the pages."""
        self.pages = pages
        listed = [page.objects for page in pages]
        self.lengths = np.array([len(objects) for objects in listed], dtype=np.int64)
        self._places = np.repeat(np.arange(len(listed)), self.lengths)
        self.objects: list[dict[str, Any]] = [entry for objects in listed for entry in objects]

    def of_page(self, said: Iterable[object], dtype: _PageColumnType) -> pd.Series:
        """What belongs to a page, said once for each page, as a column with a value for each object."""
        return pd.Series(list(said), dtype=dtype).iloc[self._places].reset_index(drop=True)

    def has(self, is_so: Callable[[RawPage], bool]) -> npt.NDArray[np.bool_]:
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


def blocks_of(pages: Iterable[RawPage]) -> Iterator[Block]:
    """The pages in blocks of one endpoint each; the pages of an endpoint stay in their order."""
    waiting: dict[str, list[RawPage]] = {}
    sizes: dict[str, int] = {}
    for page in pages:
        waiting.setdefault(page.endpoint, []).append(page)
        sizes[page.endpoint] = sizes.get(page.endpoint, 0) + len(page.objects)
        if sizes[page.endpoint] >= BLOCK_OBJECTS:
            yield Block(waiting.pop(page.endpoint))
            sizes[page.endpoint] = 0
    yield from (Block(gathered) for gathered in waiting.values())


def rows_by_arrival(pages: Iterable[RawPage], rows_of: Callable[[Block], pd.DataFrame]) -> pd.DataFrame | None:
    """What `rows_of` makes of the objects, a row each; the rows of a page stand behind those of earlier pages.

    Null without a page.
    """
    parts: list[pd.DataFrame] = []
    arrived: list[tuple[object, str]] = []
    lengths: list[int] = []
    for block in blocks_of(pages):
        parts.append(rows_of(block))
        arrived += [(page.received_at, page.request_id) for page in block.pages]
        lengths += block.lengths.tolist()
    if not parts:
        return None
    ranks = np.empty(len(arrived), dtype=np.int64)
    ranks[sorted(range(len(arrived)), key=arrived.__getitem__)] = np.arange(len(arrived))
    return pd.concat(parts, ignore_index=True).iloc[np.argsort(np.repeat(ranks, lengths), kind="stable")]

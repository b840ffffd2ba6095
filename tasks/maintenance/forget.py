"""Forgetting people: every file that holds their ids is rewritten without them, and they never come back.

Who is to be forgotten stands on a list from which a killed run is finished.
It is the one place where an id stands in plain, only until its owner is forgotten, and only its user can read it.
Ids are never parameters of a flow, because Prefect keeps those.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.maintenance.raw_files import Named, forget_in_raw, names_beside
from tasks.schema.frames import in_order
from tasks.schema.identity import did_number, normal_handle, normal_id
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_DEPARTURES, STAGED_TABLES
from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.forgotten import PERSON_COLUMNS, remember
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.secret import MEMBER_TABLES
from tasks.store.tables import Tables

_LIST = PurePosixPath(".forget")
_ADDRESS = re.compile(r"https?://[^/]+/(?:i/user/|profile/|@)?([^/?#]+)/?")
BUCKET_VERSIONS = (
    "where the bucket keeps old versions, those still name people who were forgotten since, and so may backups: "
    "remove them with the provider's own tools"
)
_Pseudonym = Callable[[str, str], str]
"""From account id and person's id to the name under which the person stands in the account's reports."""
DidOf = Callable[[str], str | None]
"""From a handle on Bluesky to its DID."""


@dataclass(frozen=True)
class Forgetting:
    """What was done, and what could not be: sentences that name nobody, because they stand in Prefect's database."""

    count: int
    done: str
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One sentence."""
        return "; ".join([self.done, *self.problems])


def read_forget_list(root: DataRoot) -> list[str]:
    """The ids and handles that stand on the list, one a line."""
    return root.read_bytes(_LIST).decode().split() if root.exists(_LIST) else []


def add_to_forget_list(root: DataRoot, people: Iterable[str]) -> None:
    """Put people on the list, beside those who are on it."""
    root.replace(_LIST, "\n".join(dict.fromkeys([*read_forget_list(root), *people])).encode())


def apply_forget_list(root: DataRoot, pseudonym: _Pseudonym, did_of: DidOf = lambda _handle: None) -> Forgetting:
    """Forget everybody on the list, and take the list away.

    Who cannot be found and which file cannot be rewritten is said, and keeps nobody else from being forgotten.
    `did_of` gives the DID of a handle on Bluesky; None where it cannot be told.
    A run that was killed is finished by running again. Call it inside `lock_everything`.
    Counts stay as they were reported; what is derived anew later is derived without the forgotten.
    """
    asked = _asked(read_forget_list(root), did_of)
    found = _Found(asked, frozenset(names_beside(root, asked)), *_tracked(root))
    named, tables = found.named, Tables(root)
    if not named.ids and not named.handles:
        root.remove(_LIST)
        return Forgetting(0, "0 people forgotten", found.problems)
    remember(root, [*named.ids, *(f"@{handle}" for handle in named.handles)])
    sweep_work(root)
    people = sorted(named.ids)
    raw = forget_in_raw(root, named, tables.delete_ranks)
    staged = _keep_departures_count(tables, people)
    staged += sum(len(tables.delete_staged(table, PERSON_COLUMNS, people)) for table in STAGED_TABLES)
    reported = _forget_in_reports(root, people, pseudonym)
    root.remove(_LIST)
    count = len(people) or (len(named.handles) if raw.count else 0)
    done = f"{count} people forgotten: {raw.count} raw, {staged} staged and {reported} report files rewritten"
    beyond = [] if root.local is not None else [BUCKET_VERSIONS]
    return Forgetting(count, "; ".join([done, *beyond]), (*found.problems, *raw.problems))


def _asked(words: Sequence[str], did_of: DidOf) -> Named:
    """Who is on the list, as far as the words themselves tell it."""
    given = [_profile_name(word) for word in words]
    handles = {handle for word in given if _is_handle(word) and (handle := normal_handle(word))}
    on_bluesky = {handle: did for handle in sorted(handles) if "." in handle and (did := did_of(handle))}
    dids = {word for word in given if word.startswith("did:")} | set(on_bluesky.values())
    ids = {person for word in given if not _is_handle(word) and (person := normal_id(word))}
    ids |= {str(did_number(did)) for did in dids}
    return Named(frozenset(ids), frozenset(handles - on_bluesky.keys()), frozenset(dids))


@dataclass(frozen=True)
class _Found:
    """Who was asked for, and which ids and handles raw files name beside one another."""

    asked: Named
    beside: frozenset[tuple[str, str]]
    tracked_ids: AbstractSet[str]
    tracked_handles: AbstractSet[str]

    @cached_property
    def named(self) -> Named:
        """Everybody who can be forgotten, under all names that are known."""
        ids = self.asked.ids | {person for found in self._owners.values() if len(found) == 1 for person in found}
        handles = self.asked.handles - self._shared
        handles |= {name for person, name in self.beside if person in self.asked.ids}
        return Named(ids - self.tracked_ids, handles - self.tracked_handles, self.asked.dids)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Who cannot be forgotten as they were named, without a name."""
        unknown = {name for name, found in self._owners.items() if not found and "." not in name} - self.tracked_handles
        far = {name for name in self._owners if "." in name}
        tracked = (self.asked.ids & self.tracked_ids) | (self.asked.handles & self.tracked_handles)
        said = (
            (unknown, "of the handles stand beside no id in a raw file, so nobody knows whose they are: give the ids"),
            (far, "of the handles on Bluesky could not be looked up: give the DIDs"),
            (self._shared, "of the handles stood for more than one account: give the ids"),
            (tracked, "of them are tracked accounts: take them out with the command purge first"),
        )
        return tuple(f"{len(who)} {what}" for who, what in said if who)

    @cached_property
    def _owners(self) -> dict[str, set[str]]:
        handles = self.asked.handles
        return {handle: {person for person, name in self.beside if name == handle} for handle in handles}

    @cached_property
    def _shared(self) -> frozenset[str]:
        return frozenset(handle for handle, found in self._owners.items() if len(found) > 1)


def _profile_name(word: str) -> str:
    """The word, or the name at the end of the address of a profile."""
    address = _ADDRESS.fullmatch(word)
    return address[1] if address else word


def _is_handle(word: str) -> bool:
    return word.startswith("@") or normal_id(word) is None


def _tracked(root: DataRoot) -> tuple[set[str], set[str]]:
    """The ids and the handles of tracked accounts."""
    rows = Tables(root).staged(ACCOUNT_SNAPSHOTS, Selection(columns=("account_id", "handle")))
    named = pc.unique(pc.utf8_lower(rows["handle"])).drop_null().to_pylist()
    return set(pc.unique(rows["account_id"]).to_pylist()), set(named)


def _keep_departures_count(tables: Tables, people: Sequence[str]) -> int:
    """Let each row that says that one of them left count on under a negative number; how many files were rewritten."""
    ids = pa.array(map(int, people), pa.int64())

    def counted(rows: pa.Table) -> pa.Table | None:
        followers = rows["follower_id"].to_numpy()
        is_theirs = pc.is_in(rows["follower_id"], value_set=ids).to_numpy()
        if not is_theirs.any():
            return None
        numbers = np.where(is_theirs, -(followers < 0).sum() - np.cumsum(is_theirs), followers)
        after = pc.if_else(pa.array(~is_theirs), rows["left_after"], None)
        changed = {"follower_id": pa.array(numbers, pa.int64()), "left_after": after}
        arrays = [changed.get(name, rows[name]) for name in rows.column_names]
        return in_order(FOLLOWER_DEPARTURES, pa.table(arrays, schema=rows.schema))

    return len(tables.rewrite_staged(FOLLOWER_DEPARTURES, counted))


def _forget_in_reports(root: DataRoot, people: Sequence[str], pseudonym: _Pseudonym) -> int:
    tables = Tables(root)
    accounts = _accounts(tables)
    names = {pseudonym(account, person) for account in accounts for person in people}
    if not names:
        return 0
    with tables.publication(MEMBER_TABLES):
        written = tables.delete_reported(MEMBER_TABLES, ("member_id",), (*sorted(names), *people))
    return len(written)


def _accounts(tables: Tables) -> list[str]:
    """The accounts of which reports list people."""
    columns = Selection(columns=("account_id",))
    found = [read(table, columns) for table in MEMBER_TABLES for read in (tables.read_days, tables.latest)]
    return sorted({account for rows in found for account in pc.unique(rows["account_id"]).to_pylist()})


def sweep_work(root: DataRoot) -> None:
    """Remove what killed runs left half done: nobody else writes inside the locks, and the next run begins anew."""
    for table in root.files(layout.WORK):
        root.remove(PurePosixPath(table))
    if root.local is None:
        return
    places = [root.local / name for name in (layout.STAGED, layout.REPORTS, layout.WORK, layout.LEDGER)]
    found = [path for place in places for path in place.rglob(f".*{TEMPORARY_SUFFIX}")]
    for path in (*found, *root.local.glob(f".*{TEMPORARY_SUFFIX}")):
        path.unlink()

"""Forgetting people: every file that holds their ids is rewritten without them, and they never come back.

Who is to be forgotten stands on a list from which a killed run is finished.
It is the one place where an id stands in plain, only until its owner is forgotten, and only its user can read it.
Ids are never parameters of a flow, because Prefect keeps those.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import PurePosixPath

import pyarrow.compute as pc

from tasks.maintenance.raw_files import forget_in_raw, ids_of_handles
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, FOLLOWER_JUDGEMENTS
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, STAGED_TABLES
from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.forgotten import PERSON_COLUMNS, remember
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_LIST = PurePosixPath(".forget")
_MEMBER_TABLES = (FOLLOWER_JUDGEMENTS, COMMUNITY_MEMBERS)
"""Report tables with a row per person, under a pseudonym; all others hold counts alone."""
_Pseudonym = Callable[[str, str], str]
"""From account id and person's id to the name under which the person stands in the account's reports."""


class NotForgettableError(ValueError):
    """Somebody on the list cannot be forgotten as it stands there; nothing was changed."""


def read_forget_list(root: DataRoot) -> list[str]:
    """The ids and handles that stand on the list, one a line."""
    return root.read_bytes(_LIST).decode().split() if root.exists(_LIST) else []


def add_to_forget_list(root: DataRoot, people: Iterable[str]) -> None:
    """Put people on the list, beside those who are on it."""
    root.replace(_LIST, "\n".join(dict.fromkeys([*read_forget_list(root), *people])).encode())


def apply_forget_list(root: DataRoot, pseudonym: _Pseudonym) -> str:
    """Forget everybody on the list, and take the list away; one sentence of what was done, which names nobody.

    A run that was killed is finished by running again. Call it inside `lock_everything`.
    Counts stay as they were reported; what is derived anew later is derived without the forgotten.
    """
    people = _people(root)
    raw_count = staged_count = report_count = 0
    if people:
        remember(root, people)
        _sweep(root)
        raw_count = forget_in_raw(root, people)
        staged_count = sum(len(Tables(root).delete_staged(table, PERSON_COLUMNS, people)) for table in STAGED_TABLES)
        report_count = _forget_in_reports(root, people, pseudonym)
        root.remove(_LIST)
    return (
        f"{len(people)} people forgotten: {raw_count} raw, {staged_count} staged "
        f"and {report_count} report files rewritten"
    )


def _people(root: DataRoot) -> tuple[str, ...]:
    words = [word.removeprefix("@") for word in read_forget_list(root)]
    ids = {word for word in words if word.isdecimal()}
    handles = {word.lower() for word in words} - ids
    found = ids_of_handles(root, handles) if handles else {}
    try:
        _refuse(len(handles - set(found)), _tracked(root) & (ids | set(found.values())))
    except NotForgettableError:
        root.remove(_LIST)
        raise
    return tuple(sorted(ids | set(found.values())))


def _refuse(unknown_count: int, tracked: Collection[str]) -> None:
    """The sentences name nobody: they stand in Prefect's database."""
    if unknown_count:
        message = f"{unknown_count} of the handles stand in no raw page, so nobody knows whose they are: give the ids"
        raise NotForgettableError(message)
    if tracked:
        message = f"{len(tracked)} of them are tracked accounts: take them out with the command purge first"
        raise NotForgettableError(message)


def _tracked(root: DataRoot) -> set[str]:
    ids = Tables(root).staged(ACCOUNT_SNAPSHOTS, Selection(columns=("account_id",)))
    return set(pc.unique(ids["account_id"]).to_pylist())


def _forget_in_reports(root: DataRoot, people: Sequence[str], pseudonym: _Pseudonym) -> int:
    tables = Tables(root)
    accounts = _accounts(tables)
    names = {pseudonym(account, person) for account in accounts for person in people}
    if not names:
        return 0
    with tables.publication(_MEMBER_TABLES):
        written = tables.delete_reported(_MEMBER_TABLES, ("member_id",), (*sorted(names), *people))
    return len(written)


def _accounts(tables: Tables) -> list[str]:
    """The accounts of which reports list people."""
    columns = Selection(columns=("account_id",))
    found = [read(table, columns) for table in _MEMBER_TABLES for read in (tables.read_days, tables.latest)]
    return sorted({account for rows in found for account in pc.unique(rows["account_id"]).to_pylist()})


def _sweep(root: DataRoot) -> None:
    """Remove what killed runs left half done: nobody else writes inside the locks, and the next run begins anew."""
    for table in root.files(layout.WORK):
        root.remove(PurePosixPath(table))
    if root.local is None:
        return
    places = [root.local / name for name in (layout.STAGED, layout.REPORTS, layout.WORK, layout.LEDGER)]
    found = [path for place in places for path in place.rglob(f".*{TEMPORARY_SUFFIX}")]
    for path in (*found, *root.local.glob(f".*{TEMPORARY_SUFFIX}")):
        path.unlink()

"""Forgetting people: every file that holds their ids is rewritten without them, and they never come back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow.compute as pc

from tasks.maintenance.asked import asked, done
from tasks.maintenance.raw_files import forget_in_raw, ids_of_handles
from tasks.maintenance.tables import Rows, drop_reported, drop_staged
from tasks.schema.judged import COMMUNITY_MEMBERS, FOLLOWER_JUDGEMENTS
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, STAGED_TABLES
from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX
from tasks.store.forgotten import PERSON_COLUMNS, remember
from tasks.store.months import read_staged
from tasks.store.parquet import Selection, read
from tasks.store.reports import publishing
from tasks.store.root import DataRoot

MEMBER_TABLES = (FOLLOWER_JUDGEMENTS, COMMUNITY_MEMBERS)
"""Report tables with a row per person, under a pseudonym; all others hold counts alone."""
Pseudonym = Callable[[str, str], str]
"""From account id and person's id to the name under which the person stands in the account's reports."""


class NotForgettableError(ValueError):
    """Somebody on the list cannot be forgotten as it stands there; nothing was changed."""


@dataclass(frozen=True)
class Forgotten:
    """What forgetting took: people, raw files rewritten or removed, and table files rewritten."""

    people_count: int
    raw_files_count: int
    staged_files_count: int
    report_files_count: int

    def __str__(self) -> str:
        """One sentence, which names nobody."""
        return (
            f"{self.people_count} people forgotten: {self.raw_files_count} raw, {self.staged_files_count} staged "
            f"and {self.report_files_count} report files rewritten"
        )


def forget_asked(root: DataRoot, pseudonym: Pseudonym) -> Forgotten:
    """Forget everybody on the list, and take the list away; a run that was killed is finished by running again.

    Call it inside `everything_locked`.
    Counts stay as they were reported; what is derived anew later is derived without the forgotten.
    """
    people = _people(root)
    if not people:
        return Forgotten(0, 0, 0, 0)
    remember(root, people)
    _sweep(root)
    raw = forget_in_raw(root, people)
    staged = [drop_staged(table, root, Rows(PERSON_COLUMNS, people)) for table in STAGED_TABLES]
    reported = _forget_in_reports(root, people, pseudonym)
    done(root)
    return Forgotten(len(people), raw, sum(map(len, staged)), reported)


def _people(root: DataRoot) -> tuple[str, ...]:
    words = [word.removeprefix("@") for word in asked(root)]
    ids = {word for word in words if word.isdecimal()}
    handles = {word.lower() for word in words} - ids
    found = ids_of_handles(root, handles) if handles else {}
    try:
        _refuse(len(handles - set(found)), _tracked(root) & (ids | set(found.values())))
    except NotForgettableError:
        done(root)
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
    ids = read_staged(ACCOUNT_SNAPSHOTS, root, Selection(columns=("account_id",)))
    return set(pc.unique(ids["account_id"]).to_pylist())


def _forget_in_reports(root: DataRoot, people: Sequence[str], pseudonym: Pseudonym) -> int:
    accounts = _accounts(root)
    names = {pseudonym(account, person) for account in accounts for person in people}
    if not names:
        return 0
    with publishing(MEMBER_TABLES, root):
        written = drop_reported(MEMBER_TABLES, root, Rows(("member_id",), (*sorted(names), *people)))
    return len(written)


def _accounts(root: DataRoot) -> list[str]:
    """The accounts of which reports list people."""
    files = {table: root.files(layout.report_folder(table)) for table in MEMBER_TABLES}
    flat = {table: [str(layout.latest_file(table))] for table in files if root.exists(layout.latest_file(table))}
    columns = Selection(columns=("account_id",))
    found = [read(table, root, [*paths, *flat.get(table, [])], columns) for table, paths in files.items()]
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

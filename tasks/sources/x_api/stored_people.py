"""Who of those whom X named is stored, when they were last seen there, and who of them is gone from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS
from tasks.schema.table import Table
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.endpoints import LOOKUP_SIZE, USERS_GONE
from tasks.sources.x_api.lists import names_with_answer
from tasks.sources.x_api.pages import RawPage, parse_page, read_pages
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.scan import departure_reasons, fetch_reasons
from tasks.sources.x_api.transport import XAccount, XSession
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

_PERSONS = {FOLLOWER_ARRIVALS: "follower_id", ENGAGEMENTS: "actor_id"}
"""Staged tables in which people stand whom X named; who left or was judged stands there, too."""
_GONE = frozenset({"suspended", "deleted"})


@dataclass(frozen=True)
class PeopleLookUp:
    """What a look-up of stored people found: who is gone from X, and of how many it is known today.

    Gone is who was said to be gone on an earlier day, too: a suspended account may come back.
    `missing_count` are those of whom X says so for the first time.
    `reason` says why of no more; null where everybody was looked up, or seen there today.
    """

    stored_count: int
    current_count: int
    gone: tuple[str, ...]
    missing_count: int
    reason: str | None


def stored_people(root: DataRoot, day: date) -> pd.DataFrame:
    """Everybody whom X named beside an account, and who is none, each once.

    First stand those who were gone when X was last asked, whom another look finds gone for nothing or back;
    then all others, those last seen on X longest ago first.
    Columns: `account_id` (one beside which the person stands), `person_id`, `seen_at`: when X last showed the
    person in a list or beside a post, or was last asked whether it still exists; and `is_missing`: whether the last
    that X told of the person before the day is that it is gone.
    People whom an import alone names are not among them.
    """
    rows = pd.concat([_named(root, table, column) for table, column in _PERSONS.items()], ignore_index=True)
    tracked = frame(Tables(root).staged(ACCOUNT_SNAPSHOTS, Selection(columns=("account_id",))))["account_id"]
    rows = rows[~rows["person_id"].astype("str").isin(set(tracked))]
    rows = pd.concat([rows, _asked(root, rows)], ignore_index=True).sort_values("seen_at", kind="stable")
    last = rows.drop_duplicates("person_id", keep="last")
    before = rows[rows["seen_at"].dt.date < day].drop_duplicates("person_id", keep="last")
    last = last.assign(is_missing=last["person_id"].isin(before.loc[before["is_missing"], "person_id"]))
    order = ["is_missing", "seen_at", "person_id"]
    return last.sort_values(order, ascending=[False, True, True], kind="stable", ignore_index=True)


def _named(root: DataRoot, table: Table, column: str) -> pd.DataFrame:
    rows = frame(Tables(root).staged(table, Selection(columns=("account_id", column, "source", "observed_at"))))
    rows = rows[rows["source"] == "x_api"].rename(columns={column: "person_id", "observed_at": "seen_at"})
    return rows[["account_id", "person_id", "seen_at"]].assign(is_missing=False)


def _asked(root: DataRoot, stored: pd.DataFrame) -> pd.DataFrame:
    """The stored people whom X was asked for by name, when, and whether they were gone."""
    asked = [
        (page.batch, int(name), page.received_at, told.get(int(name)) in _GONE)
        for page in _look_ups(root)
        for told in [departure_reasons([page])]
        for name in names_with_answer([page], "ids")
    ]
    rows = pd.DataFrame(asked, columns=stored.columns).astype(stored.dtypes.to_dict())
    return rows[rows["person_id"].isin(stored["person_id"])]


def _look_ups(root: DataRoot) -> Iterator[RawPage]:
    paths = map(PurePosixPath, root.files(layout.RAW_PAGES, ".json"))
    return (parse_page(root.read_bytes(path), path) for path in paths if path.name.startswith(f"{USERS_GONE.name}-"))


def look_up_people(x_day: XDay, session: XSession, usd: Decimal) -> PeopleLookUp:
    """Ask X which stored people are gone from it, oldest first, for so many USD at most; the day's budget binds, too.

    Who was seen there today, or asked for, is not asked for again.
    """
    stored = stored_people(x_day.root, x_day.day)
    is_old = stored["seen_at"].dt.date != x_day.day
    own = replace(session, budget=Budget(usd, within=session.spare or session.budget))
    reason = _ask(own, stored[is_old])
    accounts = stored["account_id"].unique().tolist()
    pages = [page for name in accounts for page in read_pages(session.root, x_day.day, name, {USERS_GONE.name})]
    asked, told = names_with_answer(pages, "ids"), departure_reasons(pages)
    people = stored["person_id"].astype("str")
    is_gone = stored["person_id"].map(told).isin(_GONE)
    gone = tuple(people[is_gone & stored["is_missing"]])
    known_count = int((~is_old | people.isin(asked)).sum())
    return PeopleLookUp(len(people), known_count, gone, int(is_gone.sum()) - len(gone), reason)


def _ask(session: XSession, people: pd.DataFrame) -> str | None:
    """Look them up in their order, so many at once; why not all were looked up, null when they were."""
    for _, some in people.groupby(np.arange(len(people)) // LOOKUP_SIZE):
        for account_id, named in some.groupby("account_id"):
            ids = named["person_id"].to_numpy(dtype=np.int64)
            if reason := fetch_reasons(session, XAccount(str(account_id)), ids):
                return reason
    return None

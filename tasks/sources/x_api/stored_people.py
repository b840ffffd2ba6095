"""Who of those whom X named is stored, when they were last seen there, and who of them is gone from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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

    `reason` says why of no more; null where everybody was looked up, or seen there today.
    """

    stored_count: int
    current_count: int
    gone: tuple[str, ...]
    reason: str | None


def stored_people(root: DataRoot) -> pd.DataFrame:
    """Everybody whom X named beside an account, and who is none, each once: those last seen on X longest ago first.

    Columns: `account_id` (one beside which the person stands), `person_id`, and `seen_at`: when X last showed the
    person in a list or beside a post, or was last asked whether it still exists.
    People whom an import alone names are not among them.
    """
    rows = pd.concat([_named(root, table, column) for table, column in _PERSONS.items()], ignore_index=True)
    tracked = frame(Tables(root).staged(ACCOUNT_SNAPSHOTS, Selection(columns=("account_id",))))["account_id"]
    rows = rows[~rows["person_id"].astype("str").isin(set(tracked))]
    rows = pd.concat([rows, _asked(root, rows)], ignore_index=True).sort_values("seen_at", kind="stable")
    last = rows.drop_duplicates("person_id", keep="last")
    return last.sort_values(["seen_at", "person_id"], kind="stable", ignore_index=True)


def _named(root: DataRoot, table: Table, column: str) -> pd.DataFrame:
    rows = frame(Tables(root).staged(table, Selection(columns=("account_id", column, "source", "observed_at"))))
    rows = rows[rows["source"] == "x_api"].rename(columns={column: "person_id", "observed_at": "seen_at"})
    return rows[["account_id", "person_id", "seen_at"]]


def _asked(root: DataRoot, stored: pd.DataFrame) -> pd.DataFrame:
    """The stored people whom X was asked for by name, and when."""
    asked = {
        (page.batch, int(name)): page.received_at
        for page in sorted(_look_ups(root), key=lambda page: page.received_at)
        for name in names_with_answer([page], "ids")
    }
    keys = pd.DataFrame(list(asked), columns=["account_id", "person_id"])
    rows = keys.assign(seen_at=pd.Series(list(asked.values()), dtype=stored["seen_at"].dtype))
    return rows.astype(stored.dtypes.to_dict())[rows["person_id"].isin(stored["person_id"])]


def _look_ups(root: DataRoot) -> Iterator[RawPage]:
    paths = map(PurePosixPath, root.files(layout.RAW_PAGES, ".json"))
    return (parse_page(root.read_bytes(path), path) for path in paths if path.name.startswith(f"{USERS_GONE.name}-"))


def look_up_people(x_day: XDay, session: XSession, usd: Decimal) -> PeopleLookUp:
    """Ask X which stored people are gone from it, oldest first, for so many USD at most; the day's budget binds, too.

    Who was seen there today, or asked for, is not asked for again.
    """
    stored = stored_people(x_day.root)
    is_old = stored["seen_at"].dt.date != x_day.day
    own = replace(session, budget=Budget(usd, within=session.spare or session.budget))
    reason = _ask(own, stored[is_old])
    accounts = stored["account_id"].unique().tolist()
    pages = [page for name in accounts for page in read_pages(session.root, x_day.day, name, {USERS_GONE.name})]
    asked, told = names_with_answer(pages, "ids"), departure_reasons(pages)
    people = stored["person_id"].astype("str")
    gone = tuple(person for person in people if told.get(int(person)) in _GONE)
    return PeopleLookUp(len(people), int((~is_old | people.isin(asked)).sum()), gone, reason)


def _ask(session: XSession, people: pd.DataFrame) -> str | None:
    """Look them up in their order, so many at once; why not all were looked up, null when they were."""
    for _, some in people.groupby(np.arange(len(people)) // LOOKUP_SIZE):
        for account_id, named in some.groupby("account_id"):
            ids = named["person_id"].to_numpy(dtype=np.int64)
            if reason := fetch_reasons(session, XAccount(str(account_id)), ids):
                return reason
    return None

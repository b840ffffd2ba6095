"""Who stands behind the pseudonyms of an account's reports: for its operator, who holds the secret."""

from collections.abc import Iterable

import pandas as pd

from tasks.followers.report import pseudonym
from tasks.maintenance.raw_files import read_handles
from tasks.reports.inputs import provisional_id
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, FOLLOWER_JUDGEMENTS
from tasks.schema.staged import ENGAGEMENTS, FOLLOWER_ARRIVALS
from tasks.schema.table import Table
from tasks.sources.accounts import Account
from tasks.store.parquet import Selection
from tasks.store.tables import Tables

PEOPLE_COLUMNS = ("handle", "address")
"""Who somebody is: the handle, null where no file that was kept names it, and where the profile stands on X."""
COMMUNITY_COLUMNS = ("member_actions_count_28d", "member_days_count_28d", "member_last_date", "is_follower", "is_core")
WAVE_COLUMNS = ("first_date", "unexplained_probability", "judgement_reasons")
_LEAST_PROBABILITY = 0.5
"""Of whom it is likelier that the account's activity brought them is not listed in a wave."""
_WAVE = "inauthentic_wave"
_PROFILE = "https://x.com/i/user/"


def read_community(tables: Tables, account: Account, account_id: str, secret: str) -> pd.DataFrame:
    """Who engaged in the 28 days before the newest day with a list, the most active first; no row where nobody did."""
    members = frame(tables.latest(COMMUNITY_MEMBERS, Selection(accounts=(account_id,))))
    newest = members[members["report_date"] == members["report_date"].max()]
    known = _ids_by_pseudonym(tables, ENGAGEMENTS, "actor_id", (account_id, secret), account)
    ranked = newest.sort_values(
        ["member_days_count_28d", "member_actions_count_28d", "member_id"], ascending=[False, False, True]
    )
    return _named(tables, account, ranked, known)[[*PEOPLE_COLUMNS, *COMMUNITY_COLUMNS]]


def read_wave(tables: Tables, account: Account, account_id: str, secret: str) -> pd.DataFrame:
    """Who came in an unexplained wave and is likelier part of it than not, the likeliest first; no row without one."""
    of_account = Selection(accounts=(account_id,))
    events = frame(tables.latest(DIVERGENCE_EVENTS, of_account))
    judged = frame(tables.latest(FOLLOWER_JUDGEMENTS, of_account))
    is_wave = judged["event_id"].isin(events.loc[events["verdict"] == _WAVE, "event_id"])
    wave = judged[is_wave & (judged["unexplained_probability"] >= _LEAST_PROBABILITY)]
    known = _ids_by_pseudonym(tables, FOLLOWER_ARRIVALS, "follower_id", (account_id, secret), account)
    ranked = wave.sort_values(["unexplained_probability", "member_id"], ascending=[False, True])
    return _named(tables, account, ranked, known)[[*PEOPLE_COLUMNS, *WAVE_COLUMNS]]


def _ids_by_pseudonym(
    tables: Tables, table: Table, column: str, names: tuple[str, str], account: Account
) -> dict[str, str]:
    """The ids that were staged, by their pseudonyms; `names` are the account's id and the secret."""
    account_id, secret = names
    ids = Selection(columns=(column,), accounts=(account_id, provisional_id(account.handle)))
    staged: Iterable[int] = frame(tables.staged(table, ids))[column].dropna().unique()
    return {pseudonym(account_id, int(person), secret): str(person) for person in staged}


def _named(tables: Tables, account: Account, rows: pd.DataFrame, known: dict[str, str]) -> pd.DataFrame:
    """The rows with handles and addresses; whose id was taken out since is left out."""
    ids = rows["member_id"].map(known)
    handles = read_handles(tables.root, set(ids.dropna()))
    address = _PROFILE + ids if account.network == "x" else "https://bsky.app/profile/" + ids.map(handles)
    return rows.assign(handle=ids.map(handles), address=address)[ids.notna()].reset_index(drop=True)

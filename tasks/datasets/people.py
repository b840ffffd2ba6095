"""Who stands behind the pseudonyms of an account's reports: for its operator, who holds the secret."""

import pandas as pd

from tasks.datasets.staged_inputs import read_staged_inputs
from tasks.followers.report import MemberParameters, community_members, pseudonym
from tasks.maintenance.raw_files import read_handles
from tasks.metrics.engagers import add_action_dates
from tasks.reports.inputs import Share, provisional_id
from tasks.schema.frames import empty_frame, frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, FOLLOWER_JUDGEMENTS
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.sources.accounts import Account
from tasks.store.parquet import Selection
from tasks.store.tables import Tables

PEOPLE_COLUMNS = ("handle", "address")
"""Who somebody is: the handle, null where no file that was kept names it, and where the profile stands on X."""
COMMUNITY_COLUMNS = ("member_actions_count_28d", "member_days_count_28d", "member_last_date", "is_follower", "is_core")
WAVE_COLUMNS = ("first_date", "unexplained_probability", "judgement_reasons")
_LEAST_PROBABILITY = 0.5
"""Of whom it is likelier that the account's activity brought them is not listed in a wave."""
_WAVE = "unexplained_wave"
_PROFILE = "https://x.com/i/user/"


def read_community(tables: Tables, account: Account, account_id: str, core_days_count: int) -> pd.DataFrame:
    """Who engaged in the 28 days before the newest day with a list, the most active first; no row where nobody did.

    Their counts are their own, not those of five alike that `community_members` tells everybody.
    """
    listed = Selection(columns=("account_id", "report_date"), accounts=(account_id,))
    newest = frame(tables.latest(COMMUNITY_MEMBERS, listed))["report_date"].max()
    own = Share((account_id,), {provisional_id(account.handle): account_id})
    inputs = read_staged_inputs(tables, share=own)
    acts = add_action_dates(inputs.engagements)
    nobody = empty_frame(FOLLOWER_JUDGEMENTS).assign(follower_id=pd.Series(dtype="int64"))
    parameters = MemberParameters(core_days_count, secret=None)
    # Whoever is known to follow by now is told as a follower.
    following = inputs.arrivals.assign(first_seen_date=newest)
    members = community_members(acts, following, nobody, pd.DatetimeIndex([newest]), parameters)
    ranked = members.sort_values(
        ["member_days_count_28d", "member_actions_count_28d", "member_id"], ascending=[False, False, True]
    )
    return _named(tables, account, ranked, ranked["member_id"])[[*PEOPLE_COLUMNS, *COMMUNITY_COLUMNS]]


def read_wave(tables: Tables, account: Account, account_id: str, secret: str) -> pd.DataFrame:
    """Who came in an unexplained wave and is likelier part of it than not, the likeliest first; no row without one."""
    of_account = Selection(accounts=(account_id,))
    events = frame(tables.latest(DIVERGENCE_EVENTS, of_account))
    judged = frame(tables.latest(FOLLOWER_JUDGEMENTS, of_account))
    is_wave = judged["event_id"].isin(events.loc[events["verdict"] == _WAVE, "event_id"])
    wave = judged[is_wave & (judged["unexplained_probability"] >= _LEAST_PROBABILITY)]
    ids = Selection(columns=("follower_id",), accounts=(account_id, provisional_id(account.handle)))
    known = _by_pseudonym(frame(tables.staged(FOLLOWER_ARRIVALS, ids))["follower_id"], account_id, secret)
    ranked = wave.sort_values(["unexplained_probability", "member_id"], ascending=[False, True])
    return _named(tables, account, ranked, ranked["member_id"].map(known))[[*PEOPLE_COLUMNS, *WAVE_COLUMNS]]


def _by_pseudonym(ids: pd.Series, account_id: str, secret: str) -> dict[str, str]:
    """The ids by the pseudonyms under which they stand in the account's reports."""
    return {pseudonym(account_id, int(person), secret): str(person) for person in ids.dropna().unique()}


def _named(tables: Tables, account: Account, rows: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """The rows with handles and addresses by their ids; whose id was taken out since is left out."""
    handles = read_handles(tables.root, set(ids.dropna()))
    address = _PROFILE + ids if account.network == "x" else "https://bsky.app/profile/" + ids.map(handles)
    return rows.assign(handle=ids.map(handles), address=address)[ids.notna()].reset_index(drop=True)

"""One account, one id: rows of an export are joined to the account once its id on X is known."""

import pandas as pd

PROVISIONAL = "@"
"""An id that begins with this stands for a handle whose id on X was not known when an export was read."""


def provisional_id(handle: str) -> str:
    """The id under which an export's rows stand until the account's id on X is known."""
    return f"{PROVISIONAL}{handle.lower()}"


def known_ids(snapshots: pd.DataFrame) -> dict[str, str]:
    """From provisional id to the id on X, as the latest reading of X gives them."""
    read = snapshots[~snapshots["account_id"].str.startswith(PROVISIONAL)].sort_values("snapshot_date", kind="stable")
    named = read[["account_id", "handle"]].drop_duplicates(keep="last")
    return {provisional_id(handle): account for account, handle in named.itertuples(index=False)}


def identified(rows: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """The rows with every provisional id replaced by the known one; unknown ones stay as they are."""
    is_provisional = rows["account_id"].str.startswith(PROVISIONAL).to_numpy(dtype=bool)
    if not is_provisional.any():
        return rows
    known = rows["account_id"].where(~is_provisional, rows["account_id"].map(ids))
    return rows.assign(account_id=known.fillna(rows["account_id"]))

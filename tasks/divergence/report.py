"""Judged events and their evidence as rows of the report tables."""

import numpy as np
import pandas as pd

from tasks.divergence.wording import MEANINGS, missing_evidence, sentence

RENAMED = {
    "kind": "event_kind",
    "observed_count": "observed_followers_delta",
    "expected_count": "expected_followers_delta",
    "expected_low_count": "expected_low_followers_delta",
    "expected_high_count": "expected_high_followers_delta",
    "unexplained_count": "unexplained_followers_count",
    "unexplained_low_count": "unexplained_low_followers_count",
    "unexplained_high_count": "unexplained_high_followers_count",
    "z": "largest_z",
}
WHOLE = [
    "observed_followers_delta",
    "unexplained_followers_count",
    "unexplained_low_followers_count",
    "unexplained_high_followers_count",
    "followers_before_count",
]


def event_ids(events: pd.DataFrame) -> pd.Series:
    """account/first day/kind: the name by which an event is found again in a later run."""
    day = events["first_date"].dt.strftime("%Y-%m-%d")
    return pd.Series(events["account_id"].astype(str) + "/" + day + "/" + events["kind"].astype(str))


def divergence_events(
    judged: pd.DataFrame, facts: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Rows of `divergence_events`: judged events with their sentence, what was missing and how the verdict came about.

    `judged` holds events, verdicts, unexplained counts and `<explanation>_probability`, side by side;
    `earlier` holds the rows that stood before (`event_id`, `verdict`, `verdict_history`), or none.
    """
    rows = judged.rename(columns=RENAMED).assign(
        event_id=event_ids(judged),
        judged_date=as_of,
        summary=[sentence(event) for _, event in judged.iterrows()],
        missing_evidence=missing_evidence(facts),
    )
    rows[WHOLE] = rows[WHOLE].round().astype("Int64")
    return rows.assign(verdict_history=verdict_history(rows, earlier, as_of))


def verdict_history(rows: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """`day verdict` for each change, oldest first; a verdict that did not change adds nothing."""
    said = earlier.set_index("event_id")
    past = rows["event_id"].map(said["verdict_history"]).fillna("")
    last = rows["event_id"].map(said["verdict"])
    now = as_of.strftime("%Y-%m-%d ") + rows["verdict"]
    grown = past.where(past == "", past + "; ") + now
    return past.where(last == rows["verdict"], grown)


def event_evidence(rows: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Rows of `event_evidence`: each piece with the event to which it belongs and its meaning in words."""
    place = rows["event"].to_numpy(dtype=np.int64)
    named = judged.assign(event_id=event_ids(judged))[["account_id", "event_id", "first_date"]].iloc[place]
    figures = rows.reset_index(drop=True).assign(
        evidence_meaning=rows["evidence_code"].map(MEANINGS).to_numpy(),
        evidence_value=rows["evidence_value"].replace([np.inf, -np.inf], np.nan).to_numpy(),
    )
    return pd.concat([named.reset_index(drop=True), figures.drop(columns="event")], axis=1)

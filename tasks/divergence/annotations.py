"""What a user says of days: a campaign, a press mention, a giveaway. Named as the user's word wherever it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Annotation:
    """One block of config/annotations.toml: an account's handle, days, words, and whether they explain a move."""

    account: str
    first: date
    last: date
    words: str
    explains: bool = False


def annotation_facts(events: pd.DataFrame, handles: pd.Series, annotations: Sequence[Annotation]) -> pd.DataFrame:
    """One row per event: the words on its days, joined by semicolons, and 1 where one of them is said to explain it.

    `handles` are by account id. Null and NaN where nothing was said.
    """
    named = handles.reindex(events["account_id"]).str.lower()
    spans = zip(named, events["first_date"], events["last_date"], strict=True)
    said = [
        [
            each
            for each in annotations
            if each.account.lower() == handle and pd.Timestamp(each.first) <= last and pd.Timestamp(each.last) >= first
        ]
        for handle, first, last in spans
    ]
    words = ["; ".join(each.words for each in found) or None for found in said]
    explained = [1.0 if any(each.explains for each in found) else np.nan for found in said]
    return pd.DataFrame({"annotations": pd.Series(words, dtype=object), "explained_by_annotation": explained})

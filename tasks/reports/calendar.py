"""One row per account and day, without holes: the days on which everything else is hung."""

import numpy as np
import pandas as pd


def dense_days(observed: pd.DataFrame) -> pd.DataFrame:
    """Every day from an account's first observed day to its last, sorted by account and day.

    `observed` holds `account_id` and `report_date`, in any order, repeats allowed.
    A day between two observed ones on which nothing was read stands in the result all the same.
    """
    spans = observed.groupby("account_id", sort=True)["report_date"].agg(["min", "max"])
    lengths = ((spans["max"] - spans["min"]).dt.days + 1).to_numpy()
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    offsets = np.arange(lengths.sum()) - starts
    return pd.DataFrame(
        {
            "account_id": np.repeat(spans.index.to_numpy(), lengths),
            "report_date": np.repeat(spans["min"].to_numpy(), lengths) + offsets.astype("timedelta64[D]"),
        }
    ).astype({"account_id": observed["account_id"].dtype, "report_date": observed["report_date"].dtype})

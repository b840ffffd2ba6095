"""Judges everything observed: when counts left their own past, by how many, and what explains it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from tasks.observed import observed, staged_rows
from tasks.reports.judgement import JudgeParameters, Told, judged_reports, newly_told
from tasks.reports.observed import Observed
from tasks.store import layout
from tasks.store.parquet import Selection, write
from tasks.store.root import DataRoot
from tasks.tables.frames import arrow
from tasks.tables.judged import DIVERGENCE_EVENTS, JUDGED_TABLES
from tasks.tables.staged import VERDICTS


@dataclass(frozen=True)
class Judging:
    """The numbers of the judgement, the secret that makes pseudonyms, and the days whose community is listed."""

    numbers: JudgeParameters
    secret: SecretStr
    members_days: tuple[date, date]


@task(cache_policy=NO_CACHE)
def judge(root: DataRoot, judging: Judging, account_ids: Collection[str]) -> None:
    """The judged rows of these accounts, left as work files for `report`: everything observed is weighed.

    All accounts are judged together, because a purge shows itself by hitting several.
    What is said of an event for the first time, or otherwise than before, is kept: it cannot be derived again.
    """
    seen = observed(root)
    as_of = _last_day(seen)
    earlier = staged_rows(VERDICTS, root, Selection(days=(date.min, (as_of - pd.Timedelta(days=1)).date())))
    told = Told(earlier, judging.secret.get_secret_value(), pd.date_range(*judging.members_days))
    reports = judged_reports(seen, as_of, judging.numbers, told)
    for table in JUDGED_TABLES:
        rows = reports[table.name]
        write(table, arrow(table, rows[rows["account_id"].isin(account_ids)]), root, layout.work_file(table))
    news = newly_told(reports[DIVERGENCE_EVENTS.name], earlier)
    write(VERDICTS, arrow(VERDICTS, news), root, layout.staged_file(VERDICTS, layout.day_batch(as_of.date())))


def _last_day(seen: Observed) -> pd.Timestamp:
    days = (seen.snapshots["snapshot_date"], seen.activity["activity_date"], seen.posts["snapshot_date"])
    last: pd.Timestamp = pd.concat(days).max()
    return last

"""The report tables that have a day, put together from what was observed."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from tasks.divergence.cross_section import cross_section
from tasks.divergence.pace import PaceParameters, pace
from tasks.metrics.changes import engagement_changes
from tasks.metrics.community import community_metrics
from tasks.metrics.daily_engagement import daily_engagement
from tasks.metrics.days import Dates
from tasks.metrics.levels import engagement_levels
from tasks.metrics.parameters import CommunityParameters, EngagementParameters, VanityParameters
from tasks.metrics.posts import post_engagement
from tasks.metrics.vanity import vanity_scores
from tasks.reports.account_days import account_days, add_handles
from tasks.reports.counterfactual import add_empty_columns
from tasks.reports.inputs import StagedInputs
from tasks.schema.arrays import DAY_KEY
from tasks.schema.columns.pace import CROSS_SECTION_COLUMNS, REFERENCE_END_DATE
from tasks.schema.months import Days
from tasks.schema.report_tables import ACCOUNT_DAILY, POST_ENGAGEMENT

COMPARISON_COLUMNS = (*DAY_KEY, "followers_geometric_mean", "engagement_geometric_mean")
"""All that a comparison of accounts needs of their days."""


@dataclass(frozen=True)
class MeasureParameters:
    """Every chosen number that a measure needs."""

    engagement: EngagementParameters
    community: CommunityParameters
    pace: PaceParameters
    vanity: VanityParameters

    @property
    def history_days(self) -> int:
        """How many days before a report day its windows reach, with room for the reading before the first of them."""
        posts = self.engagement.lag_days + self.engagement.window_days + self.engagement.reference_days
        return max(posts, self.engagement.inbound_days, self.community.network_days) + self.engagement.lag_days + 31


def daily_reports(inputs: StagedInputs, days: Days, parameters: MeasureParameters) -> dict[str, pd.DataFrame]:
    """Rows of each report table with a day, by its name, for the days from the first to the last.

    Windows reach back into what was observed before the first day; a row depends neither on which days are asked
    nor on other accounts: what compares accounts is null until `compare_accounts` fills it.
    """
    dates = (pd.Timestamp(days[0]), pd.Timestamp(days[1]))
    counted = account_days(inputs)
    mature = post_engagement(inputs.posts, counted, parameters.engagement)
    measured = _measured(inputs, counted, mature, parameters, dates)
    return {
        ACCOUNT_DAILY.name: _unfilled(_joined(_within(counted, "report_date", dates), *measured)),
        POST_ENGAGEMENT.name: add_handles(_within(mature, "maturity_date", dates), "maturity_date", counted),
    }


def compare_accounts(days: pd.DataFrame, parameters: MeasureParameters) -> pd.DataFrame:
    """The columns that place each account among all of the same day: one row per row of `days`, in its order.

    `days` holds the columns `COMPARISON_COLUMNS` of every account.
    """
    return cross_section(days, parameters.pace)


def _measured(
    inputs: StagedInputs, counted: pd.DataFrame, mature: pd.DataFrame, parameters: MeasureParameters, dates: Dates
) -> tuple[pd.DataFrame, ...]:
    levels = engagement_levels(mature, inputs.posts, counted, parameters.engagement, dates)
    received = daily_engagement(inputs.posts, counted, parameters.engagement, dates)
    changes = engagement_changes(mature, counted, parameters.engagement, dates)
    engagements = mark_followers(inputs.engagements, inputs.arrivals)
    people = community_metrics(engagements, mature, counted, parameters.community, dates)
    paced = pace(changes, counted, parameters.pace)
    scores = vanity_scores(_joined(_within(counted, "report_date", dates), levels, people, paced), parameters.vanity)
    return levels, received, changes, people, paced, scores


def _unfilled(days: pd.DataFrame) -> pd.DataFrame:
    """The days before accounts are compared and judged: those columns are null."""
    later = [column.name for column in (REFERENCE_END_DATE, *CROSS_SECTION_COLUMNS)]
    return add_empty_columns(days.assign(**dict.fromkeys(later)))


def mark_followers(engagements: pd.DataFrame, arrivals: pd.DataFrame) -> pd.DataFrame:
    """The engagements with `is_follower`: whether the actor follows; null where the account's list was never read."""
    listed = arrivals[["account_id", "follower_id"]].drop_duplicates().rename(columns={"follower_id": "actor_id"})
    found = engagements.merge(listed.assign(is_follower=True), on=["account_id", "actor_id"], how="left")
    is_read = found["account_id"].isin(listed["account_id"].unique())
    return found.assign(is_follower=found["is_follower"].notna().astype("boolean").where(is_read))


def select_accounts(rows: pd.DataFrame, wanted: Collection[str] | None) -> dict[str, str]:
    """Id and handle of the accounts in the rows; only those whose id or handle is wanted, unless all are."""
    known = rows.drop_duplicates("account_id", keep="last")
    pairs = zip(known["account_id"], known["handle"], strict=True)
    named = None if wanted is None else {name.lower() for name in wanted}
    return {account: handle for account, handle in pairs if named is None or named & {account.lower(), handle.lower()}}


def _joined(days: pd.DataFrame, *measures: pd.DataFrame) -> pd.DataFrame:
    """The measures beside the days; a column that stands in several of them is the same and taken once."""
    for measure in measures:
        new = [name for name in measure.columns if name in DAY_KEY or name not in days.columns]
        days = days.merge(measure[new], on=DAY_KEY, how="left", validate="one_to_one")
    return days


def _within(rows: pd.DataFrame, column: str, dates: Dates) -> pd.DataFrame:
    return rows[(rows[column] >= dates[0]) & (rows[column] <= dates[1])].reset_index(drop=True)

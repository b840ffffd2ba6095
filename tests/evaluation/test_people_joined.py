"""Two runs over the same people under two secrets: nobody is to be found again by what is said of them.

The attack is that of somebody who reads the same public lists with this program, and joins her own reports, of which
she knows whose pseudonyms they hold, with those of somebody else, by all columns but the pseudonym.
"""

from dataclasses import replace

import pandas as pd
import pytest

from tasks.followers.report import MemberParameters, community_members, pseudonym
from tasks.followers.roster import roster
from tasks.metrics.engagers import add_action_dates
from tasks.reports.judgement import (
    JudgementReports,
    JudgeRequest,
    PriorVerdicts,
    community_lists,
    find_member_changes,
    judgement_reports,
)
from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, FOLLOWER_JUDGEMENTS
from tasks.schema.retrospective_tables import PAST_BLOCKS
from tasks.schema.staged import VERDICTS
from tests.evaluation.judged import ACTIVE_DAYS, seen
from tests.evaluation.parameters import JUDGE
from tests.evaluation.scenarios import DEVELOPMENT_SEED, scenarios
from tests.evaluation.worlds import World, world

BY_NAME = {scenario.name: scenario for scenario in scenarios()}
DAY = pd.Timestamp("2026-03-20")
CORE_DAYS = 3
SECRETS = ("1" * 64, "2" * 64)
MOST_FOUND = 0.01


def _reported(made: World, secret: str) -> JudgementReports:
    observed = made.frames
    inputs = replace(seen(observed), departures=observed["follower_departures"])
    request = JudgeRequest(DAY, JUDGE, ACTIVE_DAYS, empty_frame(PAST_BLOCKS))
    rosters = [roster(inputs.arrivals)]
    return judgement_reports(inputs, rosters, request, PriorVerdicts(empty_frame(VERDICTS), secret))


def _tables(made: World, secret: str) -> dict[str, pd.DataFrame]:
    """Rows of both tables that have a row per person, as they are written, of five days."""
    reports = _reported(made, secret)
    members = MemberParameters(CORE_DAYS, secret)
    days = pd.date_range(DAY - pd.Timedelta(days=4), DAY)
    lists = community_lists(add_action_dates(made.frames["engagements"]), reports, days, members)
    judged = reports.tables[FOLLOWER_JUDGEMENTS.name]
    named = {FOLLOWER_JUDGEMENTS: judged, COMMUNITY_MEMBERS: lists}
    return {table.name: frame(arrow(table, rows.assign(handle="h"))) for table, rows in named.items()}


def _found(ours: pd.DataFrame, theirs: pd.DataFrame) -> dict[str, set[str]]:
    """By pseudonym of theirs the pseudonyms of ours in rows that are alike and alone in both."""
    columns = [name for name in ours if name != "member_id"]
    alone = [rows[~rows.duplicated(columns, keep=False)] for rows in (ours, theirs)]
    pairs = alone[0].merge(alone[1], on=columns, suffixes=("_ours", "_theirs"))
    return pairs.groupby("member_id_theirs")["member_id_ours"].agg(set).to_dict()


def _share_found(made: World, ours: pd.DataFrame, theirs: pd.DataFrame) -> float:
    """The share of the people in their table whom we find again, and rightly."""
    people = {*made.frames["engagements"]["actor_id"], *made.frames["follower_arrivals"]["follower_id"]}
    mine, others = ({pseudonym(made.account_id, person, secret): person for person in people} for secret in SECRETS)
    found = _found(ours, theirs)
    right = [name for name, guesses in found.items() if {mine[guess] for guess in guesses} == {others[name]}]
    return len(right) / theirs["member_id"].nunique()


@pytest.mark.parametrize("name", ["bought_twenty_aged", "viral_20", "viral_and_bought"])
def test_hardly_anybody_is_found_again_under_another_secret(name: str) -> None:
    """At most one in a hundred by each table, and by what both say of a person on the same day."""
    made = world(BY_NAME[name], DEVELOPMENT_SEED)
    ours, theirs = (_tables(made, secret) for secret in SECRETS)
    for table in ours:
        assert len(theirs[table]) >= 100
        assert _share_found(made, ours[table], theirs[table]) <= MOST_FOUND
    judged, members = FOLLOWER_JUDGEMENTS.name, COMMUNITY_MEMBERS.name
    both = [rows[members].merge(rows[judged], on="member_id", how="outer") for rows in (ours, theirs)]
    assert _share_found(made, *both) <= MOST_FOUND


def test_what_was_published_is_what_would_be_said_now() -> None:
    """A second run over the same days finds none on which a member would be told otherwise."""
    made = world(BY_NAME["viral_and_bought"], DEVELOPMENT_SEED)
    published = _tables(made, SECRETS[0])[COMMUNITY_MEMBERS.name]
    assert 5 <= published["unexplained_probability"].notna().sum() < len(published)
    assert find_member_changes(published, _reported(made, SECRETS[0]).followers).empty


def test_the_attack_finds_people_by_what_is_not_coarsened() -> None:
    """By probabilities in all digits and by plain counts it finds many, so it would see what is left."""
    made = world(BY_NAME["viral_and_bought"], DEVELOPMENT_SEED)
    plain = []
    for secret in SECRETS:
        reports, members = _reported(made, secret), MemberParameters(CORE_DAYS, secret)
        known = reports.acquaintances
        acts = made.frames["engagements"]
        acts = add_action_dates(acts)
        plain.append(community_members(acts, known, reports.followers, pd.DatetimeIndex([DAY]), members))
    assert _share_found(made, *plain) > 5 * MOST_FOUND

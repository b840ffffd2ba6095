"""Each ready question, asked of three accounts whose answers were worked by hand."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.bi import story
from tests.bi.invented import write_reports

QUESTIONS = Path(__file__).parents[2] / "sql"
ALL_QUESTIONS = sorted(path.stem for path in QUESTIONS.glob("*.sql"))
WAVE = "1/2026-07-15/jump"
LEVELS = ("engagement_geometric_mean", "engagement_geometric_mean_low", "engagement_geometric_mean_high")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of the story."""
    folder = tmp_path_factory.mktemp("story")
    write_reports(folder, story.REPORTS)
    return folder / "reports"


def _answer(reports: Path, question: str, *names: str) -> list[tuple[object, ...]]:
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{reports}'")
    said = connection.execute((QUESTIONS / f"{question}.sql").read_text(encoding="utf-8"))
    places = {column[0]: place for place, column in enumerate(said.description)}
    wanted = [places[name] for name in names] or list(places.values())
    return [tuple(row[place] for place in wanted) for row in said.fetchall()]


def test_which_accounts_diverged_this_month(reports: Path) -> None:
    """Frank rose without a cause of his own and outran his community on two days; Stan outran his on one.

    Frank's rise in May and what a post explains are no divergence of July.
    """
    assert [
        ("frank", "1", date(2026, 7, 15), 16_987, "unexplained_wave", date(2026, 7, 20), 2),
        ("stan", "2", None, None, None, date(2026, 7, 27), 1),
    ] == _answer(reports, "which_accounts_diverged_this_month")


def test_since_when_and_by_how_many(reports: Path) -> None:
    """18,000 followers where 1,500 (1,200 to 1,901) would go with the community, since the rise of 15 July.

    A day unread breaks no stretch of the gap.
    """
    names = (
        "handle",
        "report_date",
        "since_date",
        "outrunning_since",
        "followers_count",
        "community_equivalent_followers",
    )
    ahead = ("followers_ahead", "followers_ahead_low", "followers_ahead_high", "present_unexplained_followers_count")
    assert [
        ("frank", story.TODAY, date(2026, 7, 15), date(2026, 7, 20), 18_000, 1_500, 16_500, 16_099, 16_800, 16_400),
        ("stan", story.TODAY, None, None, 3_100, 2_400, 700, -100, 1_100, 0),
    ] == _answer(reports, "since_when_and_by_how_many", *names, *ahead)


def test_what_explains_each_jump(reports: Path) -> None:
    """Rises, newest first, each with its weightiest evidence first; a rise without evidence stands alone."""
    names = ("handle", "event_id", "expected_followers_delta", "verdict", "evidence_code", "explanation", "weight_nats")
    assert [
        ("frank", WAVE, 4.0, "unexplained_wave", "own_post_too_small", "organic_post", -5.2),
        ("frank", WAVE, 4.0, "unexplained_wave", "created_together", "unexplained_wave", 3.52),
        ("stan", "2/2026-06-20/drip", None, "organic_post", None, None, None),
        ("frank", "1/2026-05-01/jump", None, "undetermined", None, None, None),
    ] == _answer(reports, "what_explains_each_jump", *names)


def test_cost_per_engaged_follower(reports: Path) -> None:
    """5 + 1.1 USD for 30 people is 0.2033 each; June is over; nobody engaged, or unknown, gives no price."""
    assert [
        ("frank", "1", 6.1, 30, 0.2033),
        ("quinn", "3", None, None, None),
        ("stan", "2", 2.1, 0, None),
    ] == _answer(reports, "cost_per_engaged_follower")


def test_most_faithful_people(reports: Path) -> None:
    """Ann's 9 + 8 + 1 days in windows end to end beat Bob's 12; the 11 of 27 July are days of Bob counted already."""
    answer = _answer(reports, "most_faithful_people", "handle", "place", "member_id", "engaged_days_count")
    assert [("frank", 1, "ann", 18), ("frank", 2, "bob", 12), ("frank", 3, "member-59", 2)] == answer[:3]
    assert [("frank", 50, "member-12", 2), ("stan", 1, "ann", 3)] == answer[-2:]
    assert 51 == len(answer)


def test_engagement_by_arrival_cohort(reports: Path) -> None:
    """5 of 100 against 10 of 40; Wilson's interval of 5 % of 100 is 2.15 % to 11.18 %; days not over give null."""
    names = ("handle", "cohort_count", "engaged_share", "engaged_share_low", "engaged_share_high")
    assert [
        ("frank", 100, 0.05, 0.0215, 0.1118, 0.25),
        ("stan", 50, None, None, None, None),
    ] == _answer(reports, "engagement_by_arrival_cohort", *names, "before_engaged_share")


def test_vanity_score_without_unexplained(reports: Path) -> None:
    """Frank's newest score falls from 50 to 38 points, Stan's stays; of Quinn no score is known."""
    names = ("handle", "report_date", "klout_style_score", "klout_style_score_without_unexplained", "points_lost")
    assert [
        ("frank", story.TODAY, 50.0, 38.0, 12.0),
        ("stan", story.TODAY, 45.0, 45.0, 0.0),
    ] == _answer(reports, "vanity_score_without_unexplained", *names)


def test_accounts_by_gap(reports: Path) -> None:
    """The widest gap first; who has none stands last, with the reason."""
    names = ("place", "handle", "vanity_gap", "vanity_gap_low", "hollow_share", "pace_reason")
    assert [
        (1, "frank", 13.5, 12.0, 0.917, None),
        (2, "stan", 1.5, None, None, None),
        (3, "quinn", None, None, None, "no_posts_read"),
    ] == _answer(reports, "accounts_by_gap", *names)


def test_what_could_not_be_known(reports: Path) -> None:
    """Reasons of the last 28 days from every column of reasons, and the evidence that was missing."""
    assert [
        ("frank", "1", "missing_evidence", "an analytics export", 1, date(2026, 7, 16)),
        ("frank", "1", "missing_evidence", "mentions", 1, date(2026, 7, 16)),
        ("frank", "1", "unread_reason", "budget", 1, date(2026, 7, 21)),
        ("quinn", "3", "engagement_reason", "no_posts_read", 1, story.TODAY),
        ("quinn", "3", "pace_reason", "no_posts_read", 1, story.TODAY),
    ] == _answer(reports, "what_could_not_be_known")


def test_reach_against_engagement(reports: Path) -> None:
    """June: 40 of 1,600 showings over 3,200 followers; July: 27 of 900, one post of two shown to nobody."""
    assert [
        ("frank", "1", date(2026, 6, 1), 2, 1_600, 40, 800.0, 20.0, 0.025, 0.5),
        ("frank", "1", date(2026, 7, 1), 2, 900, 27, 450.0, 13.5, 0.03, 0.05),
    ] == _answer(reports, "reach_against_engagement")


def test_growth_without_community(reports: Path) -> None:
    """Frank grew from 1,600 to 18,000 followers and from 40 to 38 people; Stan's people grew, Quinn's are unknown."""
    assert [("frank", "1", 1_600, 18_000, 16_400, 10.25, 40, 38, -0.05, None, None)] == _answer(
        reports, "growth_without_community"
    )


def test_growth_without_people_read_is_told_by_engagement_per_post(tmp_path: Path) -> None:
    """Ann's posts receive 16 to 19 where they received 14 to 18; Bob's 25 to 30; of Cleo's nothing was known before."""
    days = [
        {
            "account_id": name,
            "handle": name,
            "report_date": day,
            "followers_count": followers,
            **dict(zip(LEVELS, levels, strict=True)),
        }
        for name, before, after in (
            ("ann", (16.3, 14.0, 18.3), (17.0, 16.0, 19.0)),
            ("bob", (16.3, 14.0, 18.3), (27.0, 25.0, 30.0)),
            ("cleo", (None, None, None), (17.0, 16.0, 19.0)),
        )
        for day, followers, levels in ((story.BEFORE, 1_600, before), (story.TODAY, 18_000, after))
    ]
    accounts = [{"account_id": name, "handle": name} for name in ("ann", "bob", "cleo")]
    write_reports(tmp_path, {"account_daily": days, "accounts": accounts})
    names = ("handle", "followers_gained", "engagers_count", "engagement_before", "engagement")
    assert [("ann", 16_400, None, 16.3, 17.0)] == _answer(tmp_path / "reports", "growth_without_community", *names)


def test_retention_of_the_community(reports: Path) -> None:
    """The last known day of each month stands for it."""
    names = ("handle", "month", "report_date", "retention_28d_share", "retention_28d_share_low")
    assert [
        ("frank", date(2026, 6, 1), story.BEFORE, 0.5, None),
        ("frank", date(2026, 7, 1), story.TODAY, 0.6, 0.43),
    ] == _answer(reports, "retention_of_the_community", *names)


@pytest.mark.parametrize("question", ALL_QUESTIONS)
def test_a_question_says_what_it_asks_and_is_tested(question: str) -> None:
    """The first line of each file is the question in plain words, and a test here answers it."""
    first = (QUESTIONS / f"{question}.sql").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- ")
    assert first.endswith("?")
    assert f"test_{question}" in globals()


@pytest.mark.parametrize("question", ALL_QUESTIONS)
def test_reports_without_a_row_give_no_answer(question: str, tmp_path: Path) -> None:
    """Before anything was observed, a question is answered by nothing instead of an error."""
    write_reports(tmp_path, {})
    assert [] == _answer(tmp_path / "reports", question)

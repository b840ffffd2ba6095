"""How much of a follower list is asked for, over real HTTP."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tasks.sources.x_api.arrivals import HeadReading, follower_arrivals
from tasks.sources.x_api.followers import ListExpectation, fetch_new_followers
from tasks.sources.x_api.history import ArrivalArrays, PriorFollowers, prior_followers
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.parse import parse_profiles
from tasks.sources.x_api.subjects import EngagerRequest, PostWindow, fetch_engagers, fetch_posts, fetch_posts_again
from tasks.sources.x_api.transport import XAccount, XSession
from tests.x_api.invented import FRANK, MORNING, page, user
from tests.x_api.scripted import Answer, ScriptedX, scripted
from tests.x_api.sessions import SessionAt

ACCOUNT = XAccount(FRANK)
TOKEN = "abcdef0123456789"  # noqa: S105 - a pagination token


def _people(*numbers: int, next_token: str | None = TOKEN) -> Answer:
    token = next_token and f"{next_token}{numbers[-1]}"
    meta = {"result_count": len(numbers)} | ({"next_token": token} if token else {})
    return Answer({"data": [user(number) for number in numbers], "meta": meta})


def _thousand_known(count: int | None = 1000) -> PriorFollowers:
    rows = follower_arrivals(
        parse_profiles([page("followers", [user(number) for number in range(1000, 0, -1)])]),
        {FRANK: HeadReading(None, is_complete=True, overlap=5)},
    )
    return prior_followers(ArrivalArrays.of(rows), count, MORNING)


def _sizes(x: ScriptedX) -> list[int]:
    return [int(question.parameters["max_results"]) for question in x.asked]


def test_the_head_is_asked_for_what_is_new_and_one_known(session_at: SessionAt) -> None:
    """The count rose by two: two new ones, and the newest known one below them, are one page of three."""
    with scripted(_people(1002, 1001, 1000)) as x:
        reading = fetch_new_followers(
            session_at(x.root), ACCOUNT, _thousand_known(), ListExpectation(followers_count=1002)
        )
    assert ("complete", [3]) == (reading.status, _sizes(x))


def test_who_replaces_the_lost_is_expected_too(session_at: SessionAt) -> None:
    """The count rose by two, and three leave on most days: five new ones and one known are one page of six."""
    known = replace(_thousand_known(), usual_losses=3)
    with scripted(_people(*range(1005, 999, -1))) as x:
        reading = fetch_new_followers(session_at(x.root), ACCOUNT, known, ListExpectation(followers_count=1002))
    assert ("complete", [6]) == (reading.status, _sizes(x))


def test_a_falling_count_is_set_off_against_the_usual_losses(session_at: SessionAt) -> None:
    """The count fell by two where three leave on most days: one new one is likely."""
    known = replace(_thousand_known(), usual_losses=3)
    with scripted(_people(1001, 1000)) as x:
        fetch_new_followers(session_at(x.root), ACCOUNT, known, ListExpectation(followers_count=998))
    assert [2] == _sizes(x)


def test_an_owned_list_has_a_longer_overlap(session_at: SessionAt) -> None:
    """At a thousandth of a dollar two known ones are read; the price is that of an owned read."""
    with scripted(_people(1000, 999)) as x:
        session = session_at(x.root, has_user=True)
        fetch_new_followers(
            session, XAccount(FRANK, is_owned=True), _thousand_known(), ListExpectation(followers_count=900)
        )
    assert [2] == _sizes(x)
    assert str(session.ledger.spent(session.day)) == "0.002"


def test_the_overlap_grows_with_the_new(session_at: SessionAt) -> None:
    """Of forty new ones a tenth, four known ones, are read below them, since more may stand out of order."""
    with scripted(_people(*range(1040, 996, -1))) as x:
        reading = fetch_new_followers(
            session_at(x.root), ACCOUNT, _thousand_known(), ListExpectation(followers_count=1040)
        )
    assert ("complete", [44]) == (reading.status, _sizes(x))


def test_one_who_came_back_does_not_hide_the_new(session_at: SessionAt) -> None:
    """A known one from far down stands at the head: five known ones in stored order are needed then."""
    with scripted(_people(400, 1001), _people(*range(1000, 995, -1))) as x:
        reading = fetch_new_followers(
            session_at(x.root), ACCOUNT, _thousand_known(), ListExpectation(followers_count=1001)
        )
    assert reading.is_complete
    assert [2, 5] == _sizes(x)


def test_a_lost_newest_one_is_passed(session_at: SessionAt) -> None:
    """The newest known two have left: the third ends the reading as the newest would."""
    with scripted(_people(1001), _people(998)) as x:
        reading = fetch_new_followers(
            session_at(x.root), ACCOUNT, _thousand_known(), ListExpectation(followers_count=999)
        )
        assert ("complete", 2) == (reading.status, reading.objects_count)


def test_a_count_that_rose_more_than_the_head_shows_is_followed_deeper(session_at: SessionAt) -> None:
    """One new, but the count says three: the head is read to five times the overlap, and then believed."""
    with scripted(_people(1001, *range(1000, 997, -1)), _people(*range(997, 960, -1))) as x:
        reading = fetch_new_followers(
            session_at(x.root), ACCOUNT, _thousand_known(), ListExpectation(followers_count=1003)
        )
    assert reading.is_complete
    assert [4, 24] == _sizes(x)


def test_a_jump_is_read_in_growing_pages(session_at: SessionAt) -> None:
    """Nobody expected 45 new ones: small pages first, then each is at least a quarter of all seen."""
    new = list(range(1045, 1000, -1))
    cuts = [27, 32, 37, 42]
    pages = [_people(*new[start:end]) for start, end in pairwise([0, *cuts])]
    with scripted(*pages, _people(*new[42:], *range(1000, 993, -1))) as x:
        reading = fetch_new_followers(session_at(x.root), ACCOUNT, _thousand_known(None), ListExpectation(new_count=25))
    assert reading.is_complete
    assert [27, 5, 5, 5, 10] == _sizes(x)


def test_a_baseline_asks_for_no_more_than_there_is(session_at: SessionAt) -> None:
    """Fifty followers do not need a budget for a thousand."""
    with scripted(_people(*range(50, 0, -1), next_token=None)) as x:
        assert fetch_new_followers(session_at(x.root), ACCOUNT, None, ListExpectation(followers_count=50)).is_complete
    assert [70] == _sizes(x)


def test_a_baseline_keeps_to_its_number_of_objects(session_at: SessionAt) -> None:
    """Two of three pages: partial, because a sample was wanted; the same again asks nothing."""
    with scripted(_people(9, 8), _people(7, 6)) as x:
        for _ in range(2):
            reading = fetch_new_followers(session_at(x.root), ACCOUNT, None, ListExpectation(most_objects=4))
            assert ("partial", "level", 4) == (reading.status, reading.reason, reading.objects_count)
    assert [4, 2] == _sizes(x)


def test_an_account_without_followers_has_a_complete_baseline(session_at: SessionAt) -> None:
    """An empty list is read to its end."""
    with scripted(Answer({"meta": {"result_count": 0}})) as x:
        reading = fetch_new_followers(session_at(x.root), ACCOUNT, None, ListExpectation(followers_count=0))
    assert ("complete", 0) == (reading.status, reading.objects_count)


def test_posts_of_the_day_are_not_asked_again(session_at: SessionAt) -> None:
    """A second look asks only for posts that the timeline of the day did not show, a hundred a call, once."""
    at = "2026-06-30T05:00:00.000Z"
    posts = [{"id": str(number), "text": ".", "created_at": at} for number in (300, 301)]
    found = [{"id": str(number), "text": ".", "created_at": at} for number in range(1, 101)]
    with scripted(Answer({"data": posts, "meta": {}}), Answer({"data": found}), Answer({"data": []})) as x:
        fetch_posts(session_at(x.root), ACCOUNT, PostWindow(MORNING))
        for _ in range(2):
            reading = fetch_posts_again(session_at(x.root), ACCOUNT, [300, *range(1, 121), 301])
            assert ("complete", 2, 100) == (reading.status, reading.pages_count, reading.objects_count)
    assert [",".join(map(str, range(1, 101))), ",".join(map(str, range(101, 121)))] == [
        question.parameters["ids"] for question in x.asked[1:]
    ]


def test_a_small_budget_is_not_asked_for_a_whole_page(session_at: SessionAt) -> None:
    """Three posts at most are expected: the smallest page of five costs 0.025 at worst."""
    few = PostWindow(MORNING, most_posts=3)
    with scripted(Answer({"data": [], "meta": {}})) as x:
        reading = fetch_posts(session_at(x.root, usd="0.025"), ACCOUNT, few)
        poor = session_at(x.root, usd="0.024", raw=_x_folder(session_at(x.root)))
        assert "budget" == fetch_posts(poor, ACCOUNT, few).reason
    assert ("complete", [5]) == (reading.status, _sizes(x))


def _x_folder(session: XSession) -> Path:
    """Another folder for raw pages."""
    return session.root.with_name("other")


def test_likers_are_not_asked_for_without_a_user(session_at: SessionAt) -> None:
    """With a bearer token alone X refuses them: nothing is asked, and the reading says so."""
    with scripted(Answer({"data": [user(1)], "meta": {}})) as x:
        wanted = EngagerRequest(reposted_ids=(12,), liked_ids=(12,))
        reading = fetch_engagers(session_at(x.root), ACCOUNT, wanted)
    assert ("partial", "forbidden", 1) == (reading.status, reading.reason, reading.objects_count)
    assert ["/2/tweets/12/retweeted_by"] == [question.path for question in x.asked]


def test_what_is_forbidden_once_is_not_asked_for_every_post(session_at: SessionAt) -> None:
    """One 403 tells of the endpoint; the other lists are still read."""
    with scripted(Answer({"title": "no"}, 403), Answer({"data": [user(1)], "meta": {}})) as x:
        wanted = EngagerRequest(quoted_ids=(12, 13, 14), reposted_ids=(12,))
        assert fetch_engagers(session_at(x.root), ACCOUNT, wanted).reason == "forbidden"
    assert ["/2/tweets/12/quote_tweets", "/2/tweets/12/retweeted_by"] == [question.path for question in x.asked]


@pytest.mark.parametrize("expands", [False, True])
def test_authors_are_bought_only_when_asked(session_at: SessionAt, expands: bool) -> None:
    """In both vocabularies the author's profile is an expansion, at 0.010 a user beside 0.005 a post."""
    complaint = Answer({"parameter": "tweet.fields", "detail": "unknown"}, 400)
    mention = {"id": "5", "text": ".", **({"author_id": "70"} if expands else {})}
    includes = {"includes": {"users": [user(70)]}} if expands else {}
    with scripted(complaint, Answer({"data": [mention], "meta": {}, **includes})) as x:
        session = session_at(x.root)
        fetch_engagers(session, ACCOUNT, EngagerRequest(mentions_since=MORNING, expands_authors=expands))
    assert ["expansions" in question.parameters for question in x.asked] == [expands, expands]
    assert ("0.015" if expands else "0.005") == str(session.ledger.spent(session.day))


def test_nobody_wanted_is_a_complete_reading(session_at: SessionAt) -> None:
    """Where no count rose, nothing is asked."""
    assert fetch_engagers(session_at("http://127.0.0.1:9"), ACCOUNT, EngagerRequest()).is_complete


def test_a_second_run_keeps_its_first_question(session_at: SessionAt) -> None:
    """A list asked since another moment is another list; the file numbers go on."""
    with scripted(Answer({"data": [], "meta": {}})) as x:
        fetch_posts(session_at(x.root), ACCOUNT, PostWindow(MORNING))
        session = session_at(x.root)
        fetch_posts(session, ACCOUNT, PostWindow(MORNING.replace(hour=5)))
    assert [0, 1] == [entry.sequence for entry in read_pages(session.root, session.day)]

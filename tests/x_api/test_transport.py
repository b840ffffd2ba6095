"""Faults over real HTTP: a scripted server on loopback stands in for X."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.sources.reading import Reading
from tasks.sources.x_api.followers import ListExpectation, fetch_new_followers
from tasks.sources.x_api.lists import reading_before_error
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.problems import (
    CreditsDepletedError,
    DayOverError,
    RateLimitedError,
    UnauthorizedError,
    UsageCapError,
    XError,
)
from tasks.sources.x_api.subjects import PostWindow, fetch_counts, fetch_posts
from tasks.sources.x_api.transport import XAccount, XSession
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.invented import DAY, FRANK, MORNING, user
from tests.x_api.scripted import Answer, scripted
from tests.x_api.sessions import KEYS, SECRET, SessionAt, later

ACCOUNT = XAccount(FRANK)
TOKEN = "abcdef0123456789"  # noqa: S105 - a pagination token
NEXT_TOKEN = "bcdef0123456789a"  # noqa: S105 - the one after it


def _followers(*numbers: int, next_token: str | None = None) -> Answer:
    meta = {"result_count": len(numbers)} | ({"next_token": next_token} if next_token else {})
    return Answer({"data": [user(number) for number in numbers], "meta": meta} if numbers else {"meta": meta})


def _baseline(session: XSession) -> Reading:
    return fetch_new_followers(session, ACCOUNT, None, ListExpectation())


def test_a_list_is_read_page_after_page(session_at: SessionAt) -> None:
    """Each page asks with the token of the one before; the last one has none."""
    with scripted(_followers(3, 2, next_token=TOKEN), _followers(1)) as x:
        reading = _baseline(session_at(x.root))
    assert ("complete", None, 2, 3) == (reading.status, reading.reason, reading.pages_count, reading.objects_count)
    assert [None, TOKEN] == [question.parameters.get("pagination_token") for question in x.asked]


def test_a_short_page_does_not_end_a_list(session_at: SessionAt) -> None:
    """Only a missing next_token ends a list: an empty page in between does not."""
    with scripted(_followers(3, next_token=TOKEN), _followers(next_token=NEXT_TOKEN), _followers(1)) as x:
        assert _baseline(session_at(x.root)).objects_count == 2
    assert len(x.asked) == 3


def test_a_second_run_asks_nothing(session_at: SessionAt) -> None:
    """A day run twice asks X once, and leaves the same bytes."""
    with scripted(_followers(3, next_token=TOKEN), _followers(1)) as x:
        first = _baseline(session_at(x.root))
        session = session_at(x.root)
        before = {path: path.read_bytes() for path in session.root.rglob("*.json")}
        assert first == _baseline(session)
        assert len(x.asked) == 2
    assert before == {path: path.read_bytes() for path in session.root.rglob("*.json")}


def test_a_crash_between_two_pages_costs_nothing(session_at: SessionAt) -> None:
    """After an exception between two pages only the missing page is asked."""
    with scripted(_followers(3, next_token=TOKEN), Answer(status=429), _followers(1)) as x:
        with pytest.raises(RateLimitedError):
            _baseline(session_at(x.root))
        assert _baseline(session_at(x.root)).objects_count == 2
    assert [None, TOKEN, TOKEN] == [question.parameters.get("pagination_token") for question in x.asked]


@pytest.mark.parametrize(
    "fault",
    [
        Answer("<html>busy</html>", 503, is_text=True),
        Answer("<html>hello</html>", 200, is_text=True),
        Answer('{"data": [{"id": "1"', 200, is_text=True),
        Answer({"data": []}, 200, missing_bytes=40),
        Answer(is_reset=True),
        Answer([{"message": "an array"}], 500),
        Answer([1, 2], 200),
        Answer({}, 200),
        Answer({"data": "nothing"}, 200),
        Answer({"data": [], "meta": {"next_token": {"odd": 1}}}, 200),
        Answer({"errors": None, "detail": None}, 504),
    ],
)
def test_a_fault_is_repeated(session_at: SessionAt, waits: list[float], fault: Answer) -> None:
    """A fault that passes by itself is asked again after a pause, and does no harm."""
    with scripted(fault, _followers(1)) as x:
        assert _baseline(session_at(x.root)).is_complete
    assert len(waits) == 1
    assert 0.5 <= waits[0] <= 1.0


def test_a_lasting_fault_ends_the_reading(session_at: SessionAt, waits: list[float]) -> None:
    """After the retries the reading has failed; the pauses have doubled."""
    with scripted(Answer("<html></html>", 503, is_text=True)) as x:
        reading = _baseline(session_at(x.root))
    assert ("failed", "fault", 0) == (reading.status, reading.reason, reading.pages_count)
    assert len(x.asked) == 3
    assert waits[0] <= 1.0 <= waits[1] <= 2.0


def test_a_slow_answer_is_a_fault(session_at: SessionAt) -> None:
    """X has as long as the time limits say, and the request stands on disk without a status."""
    with scripted(Answer(is_silent=True)) as x:
        session = session_at(x.root, timeouts=(5, 0.05))
        assert _baseline(session).status == "failed"
    assert {(None, "ReadTimeout")} == {(page.status, page.fault) for page in read_pages(session.root, DAY)}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"title": "Unauthorized", "status": 401}, 401), UnauthorizedError),
        (Answer("<html></html>", 401, is_text=True), UnauthorizedError),
        (Answer({"title": "CreditsDepleted", "detail": "account [77]"}, 402), CreditsDepletedError),
        (Answer({"title": "CreditsDepleted"}, 403), CreditsDepletedError),
        (Answer({"title": "UsageCapExceeded"}, 429, {"x-rate-limit-reset": "1782890000"}), UsageCapError),
        (Answer({"title": "Error", "type": "https://api.x.com/2/problems/usage-capped"}, 429), UsageCapError),
    ],
)
def test_some_answers_end_the_run(
    session_at: SessionAt, waits: list[float], answer: Answer, error: type[XError]
) -> None:
    """Credentials, credits and the cap end the run at once, with one sentence and no repeating."""
    with scripted(answer) as x, pytest.raises(error) as caught:
        _baseline(session_at(x.root))
    assert len(x.asked) == 1
    assert not waits
    assert "77" not in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("reset", "resume"),
    [
        ("1782886500", datetime(2026, 7, 1, 6, 15, 1, tzinfo=UTC)),
        ("1782885000", datetime(2026, 7, 1, 6, 1, tzinfo=UTC)),
        ("soon", datetime(2026, 7, 1, 6, 1, tzinfo=UTC)),
        (None, datetime(2026, 7, 1, 6, 1, tzinfo=UTC)),
    ],
)
def test_a_limit_names_the_moment_to_go_on(session_at: SessionAt, reset: str | None, resume: datetime) -> None:
    """A 429 is for the caller to wait out: to the reset, or a minute where X names none ahead."""
    headers = {} if reset is None else {"x-rate-limit-reset": reset}
    with scripted(Answer({"errors": [{"code": 88}]}, 429, headers)) as x, pytest.raises(RateLimitedError) as caught:
        _baseline(session_at(x.root))
    assert resume == caught.value.resume_at
    assert len(x.asked) == 1


def test_a_short_limit_is_waited_out(session_at: SessionAt, waits: list[float]) -> None:
    """A pause that the caller allows is made here."""
    with scripted(Answer(status=429, headers={"x-rate-limit-reset": "1782885610"}), _followers(1)) as x:
        assert _baseline(session_at(x.root)).is_complete
    assert [11.0] == waits


def test_what_x_refuses_is_refused(session_at: SessionAt) -> None:
    """A 403 or 404 on a list is the account's status, not an exception."""
    for status, reason in ((403, "forbidden"), (404, "not_found")):
        with scripted(Answer({"title": "no"}, status)) as x:
            reading = _baseline(session_at(x.root))
        assert ("refused", reason) == (reading.status, reading.reason)


def test_a_protected_timeline_is_refused(session_at: SessionAt) -> None:
    """X answers 200 with a problem and no data: the reading says why, and a second run asks nothing."""
    problem = {"title": "Authorization Error", "resource_type": "user", "parameter": "id", "value": FRANK}
    problem["type"] = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    with scripted(Answer({"errors": [problem]})) as x:
        for _ in range(2):
            reading = fetch_posts(session_at(x.root), ACCOUNT, PostWindow(MORNING))
            assert ("refused", "protected") == (reading.status, reading.reason)
    assert len(x.asked) == 1


def test_counts_tell_each_account_apart(session_at: SessionAt) -> None:
    """One look-up answers for all: who was found, who is suspended, and who is not there.

    Of whom X says nothing, nothing is said. The next run of the day asks again for all who were not found: it is free.
    """
    problems = [
        {
            "value": "13",
            "title": "Forbidden",
            "detail": "User has been suspended: [13].",
            "type": "x/resource-not-found",
        },
        {"value": "14", "title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"},
    ]
    with scripted(Answer({"data": [user(12)], "errors": problems})) as x:
        for _ in range(2):
            readings = fetch_counts(session_at(x.root), ["12", "13", "14", "15"], "ids")
            assert [None, "suspended", "not_found", "fault"] == [entry.reason for entry in readings]
    assert ["12,13,14,15", "13,14,15"] == [question.parameters["ids"] for question in x.asked]


def test_a_handle_is_looked_up_whatever_its_case(session_at: SessionAt) -> None:
    """Handles are one whatever their case; an unknown one stands as @handle."""
    with scripted(Answer({"data": [user(12, username="Frank_Real")], "errors": []})) as x:
        readings = fetch_counts(session_at(x.root), ["frank_real", "nobody"], "usernames")
    assert ["12", "@nobody"] == [entry.account_id for entry in readings]
    assert x.asked[0].path == "/2/users/by"


@pytest.mark.parametrize(
    "complaint",
    [
        {"title": "Invalid Request", "errors": [{"message": "no", "parameters": {"tweet.fields": ["author_id,id"]}}]},
        {
            "title": "Invalid Request",
            "errors": [
                {
                    "message": "The query parameter [tweet.fields] is not one of [id,post.fields]",
                    "parameters": {"tweet.fields": ["author_id"]},
                }
            ],
        },
        {"title": "Invalid Request", "parameter": "tweet.fields", "detail": "unknown parameter"},
    ],
)
def test_the_vocabulary_is_learned_from_a_400(session_at: SessionAt, complaint: dict[str, Any]) -> None:
    """A complaint that names no word switches the words once X answers in the others; that is remembered."""
    vocabulary = Vocabulary()
    with scripted(Answer(complaint, 400), Answer({"data": [], "meta": {}})) as x:
        assert fetch_posts(session_at(x.root, vocabulary=vocabulary), ACCOUNT, PostWindow(MORNING)).is_complete
    assert ["tweet.fields", "post.fields"] == [
        next(name for name in question.parameters if name in {"tweet.fields", "post.fields"}) for question in x.asked
    ]
    kept = Vocabulary.from_json(vocabulary.to_json())
    assert ("post", "tweet") == (kept.dialect("timeline"), kept.dialect("followers"))


def test_a_complaint_that_teaches_nothing_is_not_repeated(session_at: SessionAt) -> None:
    """X complains about the words in both vocabularies: two questions, then the reading has failed."""
    complaint = {"errors": [{"parameters": {"tweet.fields": ["x"]}}, {"parameters": {"post.fields": ["x"]}}]}
    with scripted(Answer(complaint, 400)) as x:
        assert fetch_posts(session_at(x.root), ACCOUNT, PostWindow(MORNING)).reason == "fault"
    assert len(x.asked) == 2


def test_a_refused_value_is_dropped(session_at: SessionAt) -> None:
    """A value that the endpoint does not know is left out from then on."""
    complaint = {"errors": [{"message": "no", "parameters": {"user.fields": ["verified"]}}]}
    with scripted(Answer(complaint, 400), _followers(1)) as x:
        assert _baseline(session_at(x.root)).is_complete
    assert ["verified" in question.parameters["user.fields"].split(",") for question in x.asked] == [True, False]


def test_an_expired_token_begins_the_list_anew(session_at: SessionAt) -> None:
    """X forgot where it was: the list is read again from its head, and a rerun keeps to the new pass."""
    expired = Answer({"errors": [{"message": "bad", "parameters": {"pagination_token": [TOKEN]}}]}, 400)
    with scripted(
        _followers(3, 2, next_token=TOKEN), expired, _followers(4, 3, next_token=TOKEN), _followers(2, 1)
    ) as x:
        assert _baseline(session_at(x.root)).is_complete
        assert _baseline(session_at(x.root)).is_complete
    assert [None, TOKEN, None, TOKEN] == [question.parameters.get("pagination_token") for question in x.asked]


def test_nothing_is_asked_that_could_exceed_the_budget(session_at: SessionAt) -> None:
    """The page shrinks to what the budget can pay at worst; then the reading stops, and says so."""
    with scripted(_followers(9, 8, next_token=TOKEN), _followers(7, next_token=NEXT_TOKEN)) as x:
        reading = _baseline(session_at(x.root, usd="0.03"))
        assert ["3", "1"] == [question.parameters["max_results"] for question in x.asked]
        assert ("partial", "budget", 3) == (reading.status, reading.reason, reading.objects_count)
        assert _baseline(session_at(x.root, usd="0.03")) == reading
    assert len(x.asked) == 2


def test_a_budget_without_money_asks_nothing(session_at: SessionAt) -> None:
    """With nothing left the reading is skipped."""
    with scripted(_followers(1)) as x:
        reading = _baseline(session_at(x.root, usd="0.009"))
    assert ("skipped", "budget") == (reading.status, reading.reason)
    assert not x.asked


def test_the_day_ends_at_midnight(session_at: SessionAt) -> None:
    """What X says after midnight UTC belongs to the next day: it is not asked for this one."""
    midnight = datetime(2026, 7, 2, tzinfo=UTC)
    with scripted(_followers(1)) as x, pytest.raises(DayOverError):
        _baseline(session_at(x.root, clock=later(midnight)))
    assert not x.asked


def test_an_interrupted_reading_is_told_by_its_pages(session_at: SessionAt) -> None:
    """An exception leaves a reading: how much is on disk, and why there is no more."""
    with scripted(_followers(3, 2, next_token=TOKEN), Answer(status=402)) as x:
        session = session_at(x.root)
        with pytest.raises(CreditsDepletedError) as caught:
            _baseline(session)
    reading = reading_before_error(session, FRANK, "followers", caught.value)
    assert ("partial", "credits", 1, 2) == (
        reading.status,
        reading.reason,
        reading.pages_count,
        reading.objects_count,
    )


@pytest.mark.parametrize("has_user", [False, True])
def test_no_secret_is_logged_or_kept(session_at: SessionAt, caplog: pytest.LogCaptureFixture, has_user: bool) -> None:
    """With every logger at DEBUG neither a log line, nor a page, nor a repr holds a secret."""
    for name in ("", "tweepy", "tweepy.client", "oauthlib", "requests_oauthlib", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    body = {"title": "CreditsDepleted", "detail": "account [77]", "client_id": "77", "account_id": "77"}
    with scripted(_followers(1, next_token=TOKEN), Answer(body, 402)) as x:
        session = session_at(x.root, has_user=has_user)
        with pytest.raises(CreditsDepletedError) as caught:
            fetch_new_followers(session, XAccount(FRANK, is_owned=True), None, ListExpectation())
    written = "".join(path.read_text() for path in session.root.rglob("*") if path.is_file())
    said = caplog.text + written + repr(session) + str(caught.value)
    assert x.asked[0].authorization.startswith("OAuth" if has_user else f"Bearer {SECRET}")
    assert not [secret for secret in (SECRET, *KEYS, "oauth_signature") if secret in said]
    assert '"77"' not in written
    assert "[77]" not in written


def test_a_page_is_one_readable_file(session_at: SessionAt) -> None:
    """The envelope says all that is needed to parse and bill the page, and nothing of the credentials."""
    with scripted(_followers(1)) as x:
        session = session_at(x.root)
        _baseline(session)
    envelope = json.loads((session.root / "dt=2026-07-01" / FRANK / "followers-0000.json").read_text())
    assert "2026-07-01T06:00:00+00:00" == envelope["received_at"]
    assert {"max_results", "user.fields"} == set(envelope["parameters"])
    assert ("followers", 200, "tweet") == (envelope["endpoint"], envelope["status"], envelope["dialect"])

"""Who of the stored people is gone from X: said on two days, over HTTP from a server that says what the test wrote."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.parameters import Limits
from tasks.sources.x_api.stored_people import PeopleLookUp, look_up_people
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.maintenance.held import rows
from tests.x_api.invented import FRANK, PRICES, user
from tests.x_api.scripted import Answer, scripted
from tests.x_api.sessions import credentials

FIRST = date(2026, 7, 1)
ADA, BEA = 2_000_000_000_000_000_001, 2_000_000_000_000_000_002
ENOUGH = Limits(Decimal(5), Decimal(60), Decimal(5))


def _held(folder: Path) -> DataRoot:
    """Two followers, read on the last of June."""
    root, seen = DataRoot(str(folder)), FIRST - timedelta(days=1)
    at = datetime(seen.year, seen.month, seen.day, 6, tzinfo=UTC)
    said = {"account_id": FRANK, "follower_id": [ADA, BEA], "first_seen_date": seen, "observed_at": at}
    Tables(root).put_batch(FOLLOWER_ARRIVALS, layout.day_batch(seen), rows(FOLLOWER_ARRIVALS, 2, **said))
    return root


def _answer(*there: int) -> Answer:
    """X shows these, and calls the other suspended."""
    missing = [
        {
            "value": str(person),
            "detail": f"User has been suspended: [{person}].",
            "title": "Forbidden",
            "resource_type": "user",
            "parameter": "ids",
            "resource_id": str(person),
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
        for person in (ADA, BEA)
        if person not in there
    ]
    shown = {"data": [user(person) for person in there]} if there else {}
    return Answer(shown | ({"errors": missing} if missing else {}))


def _look(root: DataRoot, day: date, answer: Answer) -> tuple[PeopleLookUp, list[Mapping[str, str]]]:
    """What a look of the day found, and what was asked for it."""
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    x_day = XDay(root, day, ENOUGH, PRICES, accounts_count=1)
    with scripted(answer) as x, x_day.session(XAccess(x.root, credentials(), lambda: now)) as session:
        found = look_up_people(x_day, session, Decimal(1))
    return found, [question.parameters for question in x.asked]


def test_who_is_gone_on_two_days_is_gone_and_who_comes_back_is_not(tmp_path: Path) -> None:
    """Both are suspended on one day; on the next Bea alone still is, and Ada's next absence is a first one again."""
    root = _held(tmp_path)
    found, _ = _look(root, FIRST, _answer())
    assert ((), 2) == (found.gone, found.missing_count)
    # A second look on the same day asks nothing, and believes no more.
    again, asked = _look(root, FIRST, _answer())
    assert ((), 2, []) == (again.gone, again.missing_count, asked)
    found, _ = _look(root, FIRST + timedelta(days=1), _answer(ADA))
    assert ((str(BEA),), 0) == (found.gone, found.missing_count)
    found, _ = _look(root, FIRST + timedelta(days=2), _answer())
    assert ((str(BEA),), 1) == (found.gone, found.missing_count)


def test_who_was_seen_in_a_list_since_is_looked_at_twice_again(tmp_path: Path) -> None:
    """Ada is suspended on one day, stands in the list on the next, and is suspended on the third."""
    root = _held(tmp_path)
    _look(root, FIRST, _answer())
    seen = FIRST + timedelta(days=1)
    at = datetime(seen.year, seen.month, seen.day, 6, tzinfo=UTC)
    said = {"account_id": FRANK, "follower_id": [ADA], "first_seen_date": seen, "observed_at": at, "is_return": True}
    Tables(root).put_batch(FOLLOWER_ARRIVALS, layout.day_batch(seen), rows(FOLLOWER_ARRIVALS, 1, **said))
    found, _ = _look(root, FIRST + timedelta(days=2), _answer())
    assert ((str(BEA),), 1) == (found.gone, found.missing_count)

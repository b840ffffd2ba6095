"""Two whole lists of one account are one list."""

from tasks.reports.arrivals import first_baseline
from tasks.schema.staged import FOLLOWER_ARRIVALS
from tests.unit.frames import rows, values


def _arrival(account: str, follower: int, day: str, source: str, *, is_baseline: bool = True) -> dict[str, object]:
    return {
        "account_id": account,
        "follower_id": follower,
        "first_seen_date": day,
        "source": source,
        "observed_at": f"{day}T02:15:00Z",
        "is_baseline": is_baseline,
        "is_return": False,
    }


def test_the_earlier_of_two_whole_lists_is_the_baseline() -> None:
    """An archive of June held 1 and 2; X's list of July adds 3 alone, and an account with one list is left as it is."""
    arrivals = rows(
        FOLLOWER_ARRIVALS,
        *(_arrival("1", follower, "2026-07-01", "x_api") for follower in (1, 2, 3)),
        *(_arrival("1", follower, "2026-06-01", "archive") for follower in (1, 2)),
        _arrival("1", 1, "2026-07-09", "x_api", is_baseline=False),
        _arrival("2", 1, "2026-07-01", "x_api"),
    )
    expected = [
        ("1", 3, "2026-07-01"),
        ("1", 1, "2026-06-01"),
        ("1", 2, "2026-06-01"),
        ("1", 1, "2026-07-09"),
        ("2", 1, "2026-07-01"),
    ]
    assert expected == values(first_baseline(arrivals), ["account_id", "follower_id", "first_seen_date"])

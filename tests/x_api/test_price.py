from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.sources.x_api.ledger import Ledger, bill, pages_billed_on, spend_tables
from tasks.sources.x_api.pages import RawPage, write_page
from tasks.sources.x_api.parameters import Budget, PriceError, Prices
from tests.x_api.invented import DAY, PRICES, page, user


def _dollars(*pages: RawPage) -> Decimal:
    ledger = Ledger(PRICES, pages)
    return ledger.spent(DAY)


def test_each_object_is_billed_once_a_day() -> None:
    """Two pages that share a follower cost three followers, not four."""
    pages = [page("followers", [user(1), user(2)]), page("followers", [user(2), user(3)], sequence=1)]
    assert Decimal("0.030") == _dollars(*pages)


def test_a_follower_and_a_look_up_are_two_objects() -> None:
    """X may bill the same user under both (facts of X, section 13)."""
    assert Decimal("0.020") == _dollars(page("followers", [user(1)]), page("users", [user(1)]))


def test_an_owned_list_is_cheaper() -> None:
    """A thousandth of a dollar a follower; but a look-up stays at its price."""
    assert Decimal("0.002") == _dollars(page("followers", [user(1), user(2)], is_owned=True))
    assert Decimal("0.010") == _dollars(page("users", [user(1)], is_owned=True))


def test_a_failure_and_an_empty_page_are_free() -> None:
    """Only objects cost."""
    failed = replace(page("followers", [user(1)]), status=503, body=None)
    assert Decimal(0) == _dollars(failed, page("followers", []), page("followers", None, sequence=1))


def test_expanded_authors_are_billed_as_users() -> None:
    """A mention whose author comes along costs both, unless X does not bill expansions."""
    mention = page("mentions", [user(9)], includes={"users": [user(1)]})
    mention = replace(mention, parameters={**mention.parameters, "expansions": "author_id"})
    assert Decimal("0.015") == _dollars(mention)
    assert Decimal("0.005") == Ledger(replace(PRICES, bills_expansions=False), [mention]).spent(DAY)


def test_midnight_begins_a_new_bill(tmp_path: Path) -> None:
    """A page that arrives after midnight is billed to the new day, and the same object is paid again."""
    before = page("followers", [user(1)])
    after = replace(before, sequence=1, received_at=datetime(2026, 7, 2, 0, 0, 1, tzinfo=UTC))
    for entry in (before, after):
        write_page(tmp_path, entry)
    assert [before] == list(pages_billed_on(tmp_path, DAY))
    assert [after] == list(pages_billed_on(tmp_path, date(2026, 7, 2)))
    rows = spend_tables([bill(before, PRICES), bill(after, PRICES)], PRICES)["api_spend"]
    assert [0.01, 0.01] == rows["price_usd"].tolist()


def test_a_row_of_spending() -> None:
    """One row per request: what it held, what was new, what it cost."""
    pages = [page("followers", [user(1), user(2)]), page("followers", [user(2)], sequence=1)]
    rows = spend_tables([bill(entry, PRICES) for entry in pages], PRICES)["api_spend"]
    assert ["2026-07-01/1500000000000000001/followers-0000", "2026-07-01/1500000000000000001/followers-0001"] == rows[
        "request_id"
    ].tolist()
    assert ["/2/users/{id}/followers"] == rows["endpoint"].unique().tolist()
    assert ([2, 1], [2, 0], [0.02, 0.0]) == tuple(
        rows[name].tolist() for name in ("objects_count", "new_objects_count", "price_usd")
    )
    assert [200, 200] == rows["status_code"].tolist()


def test_spending_by_account_is_the_whole_bill() -> None:
    """Three found by one look-up pay a cent each; the owner of a list with two new followers pays 0.02 more.

    An account of which a look-up knows nothing has no row, one whose second look is free has what it paid before.
    """
    looked_up = page("users_by", [user(7), user(8), user(9)], batch="accounts-0", subject_id=None)
    again = page("users_by", [user(7)], batch="accounts-1", subject_id=None)
    followers = page("followers", [user(1), user(2)], batch="7", subject_id="7")
    tables = spend_tables([bill(entry, PRICES) for entry in (looked_up, again, followers)], PRICES)
    rows = tables["account_spend"]
    assert [("7", 0.03), ("8", 0.01), ("9", 0.01)] == list(zip(rows["account_id"], rows["spent_usd"], strict=True))
    assert 0.05 == pytest.approx(tables["api_spend"]["price_usd"].sum())


def test_no_pages_no_spending() -> None:
    """A day without a request has no row."""
    assert spend_tables([], PRICES)["api_spend"].empty


def test_a_budget_pays_what_it_can() -> None:
    """0.025 USD buys two objects at 0.010, and nothing where five are the smallest page."""
    assert Budget(Decimal("0.025")).reserve(100, 1, Decimal("0.010")) == 2
    assert Budget(Decimal("0.025")).reserve(100, 5, Decimal("0.010")) == 0


def test_what_is_set_aside_cannot_be_spent_twice() -> None:
    """Two threads cannot both count on the same dollar; what was not used comes back."""
    budget = Budget(Decimal("0.10"), spent=Decimal("0.02"))
    assert budget.reserve(6, 1, Decimal("0.010")) == 6
    assert budget.reserve(6, 1, Decimal("0.010")) == 2
    budget.settle(Decimal("0.06"), Decimal("0.01"))
    budget.settle(Decimal("0.02"), Decimal("0.02"))
    assert Decimal("0.05") == budget.left


def test_an_account_is_bound_by_the_day() -> None:
    """The smaller of both budgets decides, and both pay."""
    day = Budget(Decimal("0.03"))
    account = Budget(Decimal("1.00"), within=day)
    assert account.reserve(100, 1, Decimal("0.010")) == 3
    account.settle(Decimal("0.03"), Decimal("0.03"))
    assert (Decimal("0.97"), Decimal(0)) == (account.limit - account.spent, day.left)


def test_an_overdrawn_budget_buys_nothing() -> None:
    """After midnight a soft guarantee may have cost more than was planned."""
    assert Budget(Decimal("0.01"), spent=Decimal("0.02")).reserve(1, 1, Decimal("0.010")) == 0


def test_an_incomplete_price_list_is_refused() -> None:
    """A missing price would read as free."""
    with pytest.raises(PriceError, match="likers"):
        Prices({name: price for name, price in PRICES.per_object.items() if name != "likers"}, Decimal("0.001"), {})
    with pytest.raises(PriceError, match="negative"):
        Prices({**PRICES.per_object, "likers": Decimal(-1)}, Decimal("0.001"), {})

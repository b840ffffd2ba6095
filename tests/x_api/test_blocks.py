"""Pages parsed together are the pages parsed apart, and a file is opened when its list is asked for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tasks.schema.frames import empty_frame
from tasks.schema.staged import POSTS
from tasks.sources.x_api import columns
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.pages import RawPage, page_files, read_pages, write_page
from tasks.sources.x_api.parse import parse_engagements, parse_posts, parse_profiles, parse_snapshots
from tasks.sources.x_api.staging import parse_day
from tasks.store.durable import write_bytes
from tests.x_api.invented import DAY, FRANK, PRICES, page, user

GINA = "1500000000000000002"
TOKEN = "t" * 16


def _post(number: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - X may say anything
    return {"id": str(number), "conversation_id": str(number), **said}


def _included(number: int, followers_count: int) -> dict[str, Any]:
    return {"users": [user(number, public_metrics={"followers_count": followers_count})]}


def _of(account_id: str, endpoint: str, objects: list[dict[str, Any]], **said: Any) -> RawPage:  # noqa: ANN401 - any part
    return page(endpoint, objects, batch=account_id, **{"subject_id": account_id, **said})


SNAPSHOTS = [
    page("users_by", [user(1), user(2)], batch="accounts-0", subject_id=None),
    page("users", [user(3, created_at=None)], batch="accounts-1", subject_id=None, sequence=2),
]
OWN_POSTS = [
    _of(FRANK, "timeline", [_post(5), _post(6, in_reply_to_user_id=GINA, conversation_id="1")]),
    _of(GINA, "timeline", [_post(7, in_reply_to_user_id=GINA, conversation_id="1")], dialect="post", sequence=1),
    _of(GINA, "posts", [_post(8, referenced_posts=[{"type": "quoted", "id": "5"}])], subject_id=None),
]
PEOPLE = [
    _of(FRANK, "mentions", [_post(9, author_id="70", in_reply_to_user_id=FRANK)], includes=_included(70, 10)),
    _of(GINA, "mentions", [_post(10, author_id="70")], includes=_included(70, 11), sequence=3),
    _of(GINA, "quotes", [_post(11, author_id="70")], subject_id="12"),
    _of(FRANK, "likers", [user(1), user(2)], subject_id="13"),
    _of(GINA, "reposters", [user(1)], subject_id="14"),
]
LISTS = [
    _of(FRANK, "followers", [user(3), user(2)], next_token=TOKEN),
    _of(FRANK, "followers", [user(2), user(1, most_recent_tweet_id="1346889436626259968")], token=TOKEN, sequence=1),
    _of(GINA, "followers", [user(9, description="mine"), user(3)], dialect="post"),
    _of(GINA, "followers", []),
]


@pytest.mark.parametrize("block_objects", [1, 2, 50_000])
@pytest.mark.parametrize(
    ("parse", "pages"),
    [
        (parse_snapshots, SNAPSHOTS),
        (parse_posts, OWN_POSTS),
        (parse_engagements, PEOPLE),
    ],
)
def test_pages_together_are_pages_apart(
    monkeypatch: pytest.MonkeyPatch,
    parse: Callable[[Iterable[RawPage]], pd.DataFrame],
    pages: list[RawPage],
    block_objects: int,
) -> None:
    """Accounts, endpoints and vocabularies mixed: what a page says of itself stays with its own objects."""
    apart = pd.concat([parse([entry]) for entry in pages])
    monkeypatch.setattr(columns, "BLOCK_OBJECTS", block_objects)
    together = parse(pages)
    order = list(together.columns)
    pd.testing.assert_frame_equal(
        apart.sort_values(order).reset_index(drop=True), together.sort_values(order).reset_index(drop=True)
    )


@pytest.mark.parametrize("block_objects", [1, 3, 50_000])
def test_lists_together_are_lists_apart(monkeypatch: pytest.MonkeyPatch, block_objects: int) -> None:
    """The profiles of two accounts, one repeated at the border of two pages, however full a block is."""
    frank, gina = LISTS[:2], LISTS[2:]
    apart = pd.concat([parse_profiles(frank), parse_profiles(gina)], ignore_index=True)
    monkeypatch.setattr(columns, "BLOCK_OBJECTS", block_objects)
    together = parse_profiles(LISTS)
    pd.testing.assert_frame_equal(apart, together)
    assert [3, 2, 1, 9, 3] == together["follower_id"].tolist()
    assert [FRANK] * 3 + [GINA] * 2 == together["account_id"].tolist()


def test_whether_a_field_was_asked_for_belongs_to_the_page() -> None:
    """Asked for, a missing description is none; not asked for, it is unknown."""
    asked, other = _of(FRANK, "followers", [user(1)]), _of(GINA, "followers", [user(2)])
    profiles = parse_profiles([asked, replace(other, parameters={"user.fields": "id"})])
    assert [False, None] == [None if pd.isna(said) else said for said in profiles["has_description"]]


def test_a_list_is_found_by_its_name(tmp_path: Path) -> None:
    """Only the files of the lists asked for are opened: another that nobody could read is not touched."""
    for entry in (*LISTS[:2], PEOPLE[0], PEOPLE[3]):
        write_page(tmp_path, entry)
    write_bytes(tmp_path / "dt=2026-07-01" / FRANK / "likers-99-0000.json", b"torn")
    assert LISTS[:2] == read_pages(tmp_path, DAY, FRANK, {"followers"})
    assert [PEOPLE[3]] == read_pages(tmp_path, DAY, FRANK, {"likers-13"})
    assert ["likers-13", "likers-99"] == [file.list_name for file in page_files(tmp_path, DAY, lists={"likers"})]


def test_a_day_is_billed_with_what_came_late_for_the_day_before(tmp_path: Path) -> None:
    """One page of yesterday came after midnight, one of today will: the first is on today's bill, the second is not."""
    yesterday = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
    after = datetime(2026, 7, 2, 0, 0, 1, tzinfo=UTC)
    late = replace(OWN_POSTS[0], day=date(2026, 6, 30))
    in_time = replace(late, sequence=1, received_at=yesterday)
    tomorrows = replace(OWN_POSTS[0], sequence=9, received_at=after)
    for entry in (late, in_time, OWN_POSTS[1], tomorrows, SNAPSHOTS[0]):
        write_page(tmp_path, entry)
    spend = parse_day(tmp_path, DAY, [], ReadingHistory({}, empty_frame(POSTS)), PRICES)["api_spend"]
    expected = {late.request_id, OWN_POSTS[1].request_id, SNAPSHOTS[0].request_id}
    assert expected == set(spend["request_id"])
    assert Decimal("0.035") == Decimal(str(round(spend["price_usd"].sum(), 4)))

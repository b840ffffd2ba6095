import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import READINGS
from tasks.sources.reading import Reading
from tasks.sources.x_api.lists import ListRead, reading_of_lists
from tasks.sources.x_api.pages import read_pages, write_page
from tasks.sources.x_api.problems import PageFileError
from tasks.sources.x_api.readings import READINGS_FILE, merge_readings, read_readings, readings_frame, write_readings
from tasks.sources.x_api.transport import AccountIdError, Pace, XAccount, resume_at
from tasks.store.durable import write_bytes
from tests.x_api.invented import DAY, FRANK, MORNING, page, user


def test_a_page_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Writing and reading changes nothing, a failure's empty fields included."""
    good = page("followers", [user(1)], next_token="t" * 16)
    failed = replace(good, sequence=1, status=None, fault="ReadTimeout", body=None, reset_at=MORNING)
    for entry in (failed, good):
        write_page(tmp_path, entry)
    assert [good, failed] == read_pages(tmp_path, DAY)


def test_a_page_lies_where_its_name_says(tmp_path: Path) -> None:
    """Day, account, endpoint, the post where the list belongs to one, and the sequence number."""
    assert tmp_path / "dt=2026-07-01" / FRANK / "followers-0000.json" == write_page(tmp_path, page("followers", []))
    liked = page("likers", [], subject_id="12", sequence=3)
    assert tmp_path / "dt=2026-07-01" / FRANK / "likers-12-0003.json" == write_page(tmp_path, liked)
    counts = page("users", [], batch="accounts-0", subject_id=None)
    assert tmp_path / "dt=2026-07-01" / "accounts-0" / "users-0000.json" == write_page(tmp_path, counts)


def test_pages_are_in_order_beyond_four_digits(tmp_path: Path) -> None:
    """Page 10,000 follows page 9,999."""
    for number in (10_000, 9_999):
        write_page(tmp_path, page("followers", [], sequence=number))
    assert [9_999, 10_000] == [entry.sequence for entry in read_pages(tmp_path, DAY, FRANK)]


def test_a_torn_temporary_file_is_no_page(tmp_path: Path) -> None:
    """What a crash left beside the pages is not read."""
    path = write_page(tmp_path, page("followers", []))
    (path.parent / ".followers-0001.json.99.tmp").write_text('{"torn')
    assert len(read_pages(tmp_path, DAY)) == 1


@pytest.mark.parametrize("text", ['{"torn', "[]", "{}", '{"day": "2026-07-01"}'])
def test_a_foreign_file_is_refused(tmp_path: Path, text: str) -> None:
    """A page that cannot be read is named, not skipped: skipping it would pay for it twice."""
    write_bytes(tmp_path / "dt=2026-07-01" / FRANK / "followers-0000.json", text.encode())
    with pytest.raises(PageFileError, match="followers-0000"):
        read_pages(tmp_path, DAY)


@pytest.mark.parametrize("name", ["../../etc", "frank", "", "1" + "\u0661", "-1"])
def test_only_an_id_becomes_a_folder(name: str) -> None:
    """An account is asked for by its decimal id."""
    with pytest.raises(AccountIdError):
        XAccount(name)


def test_a_wait_doubles_up_to_its_limit() -> None:
    """Between half and all of 1, 2, 4 seconds, and never beyond the longest."""
    pace = Pace(print, random.Random(1), longest_wait=3.0)  # noqa: S311 - spreads waits, guards nothing
    for attempt, most in enumerate((1.0, 2.0, 3.0, 3.0)):
        assert most / 2 <= pace.backoff(attempt) <= most


def test_a_reset_in_the_past_says_nothing() -> None:
    """A minute is waited instead; otherwise until a second after the reset."""
    assert datetime(2026, 7, 1, 6, 1, tzinfo=UTC) == resume_at(MORNING, MORNING)
    assert datetime(2026, 7, 1, 6, 15, 1, tzinfo=UTC) == resume_at(MORNING, datetime(2026, 7, 1, 6, 15, tzinfo=UTC))


def _part(reason: str | None = None, pages_count: int = 1, objects_count: int = 1) -> ListRead:
    return ListRead(pages_count, objects_count, reason, is_ended=reason is None)


@pytest.mark.parametrize(
    ("parts", "status", "reason"),
    [
        ([], "complete", None),
        ([_part()], "complete", None),
        ([_part("budget")], "partial", "budget"),
        ([_part("budget", 0, 0)], "skipped", "budget"),
        ([_part("fault", 0, 0)], "failed", "fault"),
        ([_part("protected", 1, 0)], "refused", "protected"),
        ([_part(), _part("forbidden", 0, 0)], "partial", "forbidden"),
    ],
)
def test_how_far_a_reading_got(parts: list[ListRead], status: int | str, reason: str | None) -> None:
    """Complete, partial after some of it, refused by X, skipped for money, failed for a fault."""
    got = reading_of_lists(FRANK, "engagers", parts)
    assert (status, reason) == (got.status, got.reason)


def test_parts_of_a_subject_are_one_row() -> None:
    """Recent posts and a second look at old ones are one reading: the less complete part speaks."""
    recent = Reading(FRANK, "posts", "complete", None, 2, 120)
    again = Reading(FRANK, "posts", "skipped", "budget", 0, 0)
    both = Reading(FRANK, "posts", "partial", "budget", 2, 120)
    assert [both] == merge_readings([recent, again])
    rows = readings_frame([recent, again], DAY, {FRANK: "posts"})
    refuse_problems(READINGS, arrow(READINGS, rows))
    assert ["budget"] == rows["reading_reason"].tolist()


def test_readings_are_kept_and_replaced(tmp_path: Path) -> None:
    """A later run of the day replaces what an earlier one said of the same subject; the rest stays."""
    partial = Reading(FRANK, "followers", "partial", "budget", 1, 10)
    complete = Reading(FRANK, "followers", "complete", None, 2, 20)
    counts = Reading(FRANK, "counts", "complete", None, 1, 1)
    assert not read_readings(tmp_path, DAY)
    write_readings(tmp_path, DAY, [partial, counts])
    write_readings(tmp_path, DAY, [complete])
    assert [counts, complete] == read_readings(tmp_path, DAY)
    assert not read_pages(tmp_path, DAY)


def test_a_foreign_file_of_readings_is_refused(tmp_path: Path) -> None:
    """It is named, not overwritten."""
    write_bytes(tmp_path / "dt=2026-07-01" / READINGS_FILE, b'[{"status": "fine"}]')
    with pytest.raises(PageFileError, match="readings"):
        write_readings(tmp_path, DAY, [])

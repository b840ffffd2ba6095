"""A forgotten person is in no file, comes back through no door, and a killed run is finished by the next."""

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tasks.followers.report import pseudonym
from tasks.maintenance.forget import Forgetting, add_to_forget_list, apply_forget_list, read_forget_list
from tasks.maintenance.redaction import content_without, write_without
from tasks.maintenance.verify import verify
from tasks.schema.check import refuse_problems
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.staged import FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, FOLLOWER_LIST_MEMBERS
from tasks.store import layout
from tasks.store.forgotten import read_forgotten
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.maintenance.held import FIRST, SECRET, TRACKED, held, holding, rows


def _name(account: str, person: str) -> str:
    return pseudonym(account, int(person), SECRET)


def _forget(root: DataRoot, *people: str) -> Forgetting:
    add_to_forget_list(root, people)
    return apply_forget_list(root, _name)


def test_no_byte_of_the_id_or_of_its_pseudonyms_is_left(tmp_path: Path) -> None:
    """Nothing below the data root says the id or a pseudonym of it, decoded or raw; everybody else stays."""
    root, person = held(tmp_path, accounts=3, days=4, followers=5)
    names = [_name(str(TRACKED + number), person) for number in range(3)]
    assert len(holding(tmp_path, person)) == 4 * (2 + 3)
    before = Tables(root).latest(COMMUNITY_MEMBERS).num_rows
    assert "1 people forgotten: 12 raw, 8 staged and 5 report files rewritten" == str(_forget(root, person))
    assert [] == holding(tmp_path, person, *names)
    assert before - 3 * 4 == Tables(root).latest(COMMUNITY_MEMBERS).num_rows
    arrivals = Tables(root).staged(FOLLOWER_ARRIVALS)
    assert 3 * 4 * 5 == arrivals.num_rows
    assert [] == [problem for problem in verify(root) if "latest" in problem]


def test_of_departures_the_number_stays(tmp_path: Path) -> None:
    """Two of three who left are forgotten, one after the other: each row stays, with its reason and nobody's id."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    other, kept = 2 * TRACKED + 1_000, 2 * TRACKED + 1_001
    said = {"follower_id": [int(person), other, kept], "departure_reason": ["deleted", "suspended", "unfollowed"]}
    times = {"left_after": datetime(2026, 1, 1, tzinfo=UTC), "left_before": datetime(2026, 1, 2, tzinfo=UTC)}
    columns = {"account_id": str(TRACKED), "first_missing_date": FIRST, "source": "x_api", **times, **said}
    Tables(root).put_batch(FOLLOWER_DEPARTURES, layout.day_batch(FIRST), rows(FOLLOWER_DEPARTURES, 3, **columns))
    assert "3 staged" in str(_forget(root, person))
    assert "3 staged" in str(_forget(root, str(other)))
    assert [] == holding(tmp_path, person, str(other))
    left = Tables(root).staged(FOLLOWER_DEPARTURES).sort_by("follower_id")
    refuse_problems(FOLLOWER_DEPARTURES, left)
    assert [-2, -1, kept] == left["follower_id"].to_pylist()
    assert ["suspended", "deleted", "unfollowed"] == left["departure_reason"].to_pylist()
    assert [True, True, False] == left["left_after"].is_null().to_pylist()


def test_a_problem_that_x_reports_of_a_short_id_goes_as_a_whole(tmp_path: Path) -> None:
    """The id of an early account stands in its value and in its sentence, too, where no long id would be overlooked."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    problem = {"title": "Forbidden", "type": "about:blank", "resource_type": "user", "parameter": "ids"}
    errors = [
        {**problem, "value": name, "resource_id": name, "detail": f"User has been suspended: [{name}]."}
        for name in ("783214", "783215")
    ]
    page = {"day": str(FIRST), "parameters": {"ids": "783214,783215"}, "body": {"errors": errors}}
    path = tmp_path / "raw" / "x_api" / f"dt={FIRST}" / str(TRACKED) / "users_gone-0000.json"
    path.write_text(json.dumps(page))
    _forget(root, "783214")
    left = json.loads(path.read_text())
    assert ("783215", errors[1:]) == (left["parameters"]["ids"], left["body"]["errors"])
    assert "783214" not in path.read_text()


def test_a_handle_is_forgotten_by_the_id_that_a_raw_page_gives_it(tmp_path: Path) -> None:
    """X named the person in raw pages, so the handle in any case is enough."""
    root, person = held(tmp_path, accounts=1, days=2, followers=2)
    _forget(root, f"@U{person}")
    assert [] == holding(tmp_path, person)


def test_an_unknown_handle_and_a_tracked_account_keep_nobody_else(tmp_path: Path) -> None:
    """Each is said without a name, because the sentence stands in Prefect's database; everybody else is forgotten."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    other = str(2 * TRACKED + 1_000)
    done = _forget(root, "@nobody", str(TRACKED), person, f"000{other}")
    assert 2 == done.count
    unknown, tracked = done.problems
    assert unknown.startswith("1 of the handles")
    assert unknown.endswith("give the ids")
    assert tracked == "1 of them are tracked accounts: take them out with the command purge first"
    assert not any(word in str(done) for word in ("@nobody", str(TRACKED), person))
    assert [] == holding(tmp_path, person, other)
    assert holding(tmp_path, str(TRACKED))
    assert not read_forget_list(root)


def test_nobody_is_forgotten_by_a_handle_that_two_had(tmp_path: Path) -> None:
    """Whose it is cannot be told, so the ids are asked for, and nothing is changed."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    page = tmp_path / "raw" / "x_api" / "other.json"
    page.write_text(json.dumps({"body": {"data": [{"id": "99", "username": f"u{person}"}]}}))
    done = _forget(root, f"@u{person}")
    assert (0, "1 of the handles stood for more than one account: give the ids") == (done.count, done.problems[0])
    assert holding(tmp_path, person)


def test_the_person_does_not_come_back(tmp_path: Path) -> None:
    """Neither a day staged again, nor a kept export, nor the list of the forgotten itself holds the id."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    _forget(root, person)
    again = rows(FOLLOWER_ARRIVALS, 2, account_id="1", follower_id=[int(person), 5], first_seen_date=FIRST)
    Tables(root).write_batch(layout.day_batch(FIRST), {FOLLOWER_ARRIVALS: again})
    kept = Tables(root).staged(FOLLOWER_ARRIVALS)
    assert [5] == kept["follower_id"].to_pylist()
    export = f"rank,id\n0,{person}\n1,5\n".encode()
    assert b"rank,id\n1,5\n" == content_without(export, read_forgotten(root).people)[0]
    assert b"rank,id\n1,5\n" == _kept_list(export, root)
    listed = json.dumps({"followers": [int(person), 5], "posts": {"data": [[7, "text", 3]]}}).encode()
    assert {"followers": [5], "posts": {"data": [[7, "text", 3]]}} == json.loads(
        content_without(listed, read_forgotten(root).people)[0]
    )
    assert [] == holding(tmp_path, person)


def _kept_list(content: bytes, root: DataRoot) -> bytes:
    sink = io.BytesIO()
    write_without(io.BytesIO(content), sink, read_forgotten(root).people)
    return sink.getvalue()


def test_a_list_brought_in_later_is_kept_without_the_person(tmp_path: Path) -> None:
    """Of Parquet, too, the row is gone and the others stay; a list that does not hold the person is kept as it is."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    _forget(root, person)
    listed, other = pa.BufferOutputStream(), pa.BufferOutputStream()
    parquet.write_table(pa.table({"rank": [0, 1], "id": [5, int(person)]}), listed)
    parquet.write_table(pa.table({"rank": [0, 1], "id": [5, 6]}), other)
    kept = _kept_list(listed.getvalue().to_pybytes(), root)
    assert [5] == parquet.read_table(io.BytesIO(kept))["id"].to_pylist()
    assert other.getvalue().to_pybytes() == _kept_list(other.getvalue().to_pybytes(), root)


def test_a_foreign_list_in_parquet_loses_the_person_s_row(tmp_path: Path) -> None:
    """The id may stand in it as a number or as text."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    folder = tmp_path / "raw" / "exports" / "import=0"
    folder.mkdir(parents=True)
    for name, values in (("numbers", [5, int(person)]), ("texts", ["5", person])):
        parquet.write_table(pa.table({"rank": [0, 1], "id": values}), folder / f"{name}.parquet")
    _forget(root, person)
    assert [] == holding(tmp_path, person)
    assert [0] == parquet.read_table(folder / "texts.parquet")["rank"].to_pylist()


def test_a_list_of_handles_alone_loses_the_staged_row_too(tmp_path: Path) -> None:
    """What is staged of it holds no handle, only the place in the list; a list brought in later loses it as well."""
    root, person = held(tmp_path, accounts=1, days=1, followers=2)
    listed = f"rank,handle,created_at\n0,other,2013-08-11\n1,U{person},2013-08-12\n".encode()
    batch = layout.import_batch("ab" * 8)
    root.replace(layout.RAW / "exports" / batch / "list.csv", listed)
    places = {"account_id": str(TRACKED), "list_date": FIRST, "follower_rank": [0, 1]}
    Tables(root).put_batch(FOLLOWER_LIST_MEMBERS, batch, rows(FOLLOWER_LIST_MEMBERS, 2, **places))
    _forget(root, person)
    assert [0] == Tables(root).staged(FOLLOWER_LIST_MEMBERS)["follower_rank"].to_pylist()
    sink = io.BytesIO()
    taken = write_without(io.BytesIO(listed), sink, read_forgotten(root).people)
    assert (b"rank,handle,created_at\n0,other,2013-08-11\n", [1]) == (sink.getvalue(), taken.ranks)


@pytest.mark.parametrize("word", ["did:plc:ada", "ada.example.org", "https://bsky.app/profile/ada.example.org"])
def test_somebody_on_bluesky_is_forgotten_by_did_or_handle(tmp_path: Path, word: str) -> None:
    """The tables hold the first 63 bits of the SHA-256 of the DID, which Bluesky gives for the handle."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    number = int.from_bytes(hashlib.sha256(b"did:plc:ada").digest()[:8], "big") >> 1
    arrived = {"account_id": "1", "follower_id": [number, 5], "first_seen_date": FIRST}
    Tables(root).put_batch(FOLLOWER_ARRIVALS, layout.bluesky_batch(FIRST), rows(FOLLOWER_ARRIVALS, 2, **arrived))
    add_to_forget_list(root, [word])
    done = apply_forget_list(root, _name, {"ada.example.org": "did:plc:ada"}.get)
    assert (1, ()) == (done.count, done.problems)
    assert [] == holding(tmp_path, str(number))
    assert read_forgotten(root).holds(number)


def test_a_handle_on_bluesky_that_cannot_be_looked_up_is_said(tmp_path: Path) -> None:
    """Nobody answers: the DID is asked for."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    add_to_forget_list(root, ["ada.example.org"])
    assert (
        "1 of the handles on Bluesky could not be looked up: give the DIDs" in apply_forget_list(root, _name).problems
    )

"""Names behind pseudonyms: for the operator who asked for it in accounts.toml, on the machine where they were read."""

import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path, PurePosixPath

import pandas as pd
import pytest

from config.settings import HERE
from flows.cli.commands import run_command
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS, DIVERGENCE_EVENTS, FOLLOWER_JUDGEMENTS
from tasks.schema.report_tables import ACCOUNTS
from tasks.schema.staged import ENGAGEMENTS, FOLLOWER_ARRIVALS
from tasks.store.layout import PSEUDONYMS, day_batch
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.page.made import rows_of

ACCOUNT, SECRET, DAY = "30408704", "0" * 64, date(2026, 7, 16)
ANN, BEN, CID, EVE = (301_000_000_001, 301_000_000_002, 301_000_000_003, 301_000_000_004)


def alias(person: int) -> str:
    """The pseudonym as docs/privacy.md describes it: a keyed hash of account and person."""
    return hashlib.blake2b(f"{ACCOUNT}/{person}".encode(), key=SECRET.encode(), digest_size=8).hexdigest()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """Ann and Ben engaged, Cid and Eve came in a wave, Ben likely not; no page names Eve."""
    root = DataRoot(str(tmp_path / "data"))
    tables = Tables(root)
    root.replace(PSEUDONYMS, SECRET.encode())
    page = {"data": [{"id": str(who), "username": name} for who, name in ((ANN, "ann"), (BEN, "ben"), (CID, "cid"))]}
    root.replace(PurePosixPath("raw/x_api/followers/page.json"), json.dumps(page).encode())
    at = pd.Timestamp(DAY)
    own = {"account_id": ACCOUNT, "handle": "frank"}
    likes = [(ANN, 0), (BEN, 0), (BEN, 3), (BEN, 9)]
    engaged = [
        {**own, "actor_id": who, "post_id": days, "kind": "like", "snapshot_date": at - pd.Timedelta(days=days)}
        for who, days in likes
    ]
    came = [{**own, "follower_id": who, "first_seen_date": at, "source": "x_api"} for who in (BEN, CID, EVE)]
    tables.put_batch(ENGAGEMENTS, day_batch(DAY), rows_of(ENGAGEMENTS, [{**row, "source": "x_api"} for row in engaged]))
    tables.put_batch(FOLLOWER_ARRIVALS, day_batch(DAY), rows_of(FOLLOWER_ARRIVALS, came))
    shared = {"first_date": at, "last_date": at, "judged_date": at, "report_date": at, "event_id": "wave"}
    # As everybody may read them: five people alike at least, of whom each did what the least active did.
    people = [
        {**own, **shared, "member_id": alias(who), "member_days_count_28d": 1, "member_last_date": at}
        for who in (ANN, BEN)
    ]
    judged = [
        {**own, **shared, "member_id": alias(who), "unexplained_probability": chance, "probability_given_wave": chance}
        for who, chance in ((BEN, 0.2), (CID, 0.9), (EVE, 0.8))
    ]
    event = {**own, **shared, "event_kind": "jump", "verdict": "unexplained_wave"}
    reported = {**own, "first_report_date": at, "last_report_date": at}
    for table, rows in (
        (COMMUNITY_MEMBERS, people),
        (FOLLOWER_JUDGEMENTS, judged),
        (DIVERGENCE_EVENTS, [event]),
        (ACCOUNTS, [reported]),
    ):
        tables.replace_latest(table, rows_of(table, rows))
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.setenv("VANITY_GAP_CONFIG_DIR", str(tmp_path))
    said = '[[account]]\nhandle = "frank"\nreveal = true\n[[account]]\nhandle = "vera"\n'
    (tmp_path / "accounts.toml").write_text(said, encoding="utf-8")
    for name in ("pipeline.toml", "model.toml"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    return root


def people(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    """The rows that the command prints as CSV."""
    run_command(["people", "frank", *words, "--csv"])
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.usefixtures("root")
def test_the_community_is_named_the_most_active_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Ben engaged on three days, Ann on one, and Ben follows: exact, where the report tells them alike."""
    said = ["handle", "member_days_count_28d", "member_actions_count_28d", "is_follower"]
    rows = people(capsys, "--community")
    assert [["ben", "3", "3", "True"], ["ann", "1", "1", "False"]] == [[row[name] for name in said] for row in rows]


@pytest.mark.usefixtures("root")
def test_a_wave_names_who_is_likelier_in_it_than_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Ben, of whom it is unlikely, is not listed; Eve, whom no page names, has the address of her profile alone."""
    rows = people(capsys, "--wave")
    assert ["cid", ""] == [row["handle"] for row in rows]
    assert [f"https://x.com/i/user/{who}" for who in (CID, EVE)] == [row["address"] for row in rows]


@pytest.mark.usefixtures("root")
def test_a_terminal_shows_the_same_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Whose handle is not known stands there by address."""
    run_command(["people", "@Frank", "--wave"])
    said = capsys.readouterr().out
    assert "2 people" in said
    assert "cid" in said
    assert f"https://x.com/i/user/{EVE}" in said


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("does not say reveal = true", "people vera --wave"),
        ("does not say reveal = true", "people vera --community --csv"),
        ("no account stranger stands in accounts.toml", "people stranger --wave"),
        ("--community or --wave", "people frank"),
        ("--community or --wave", "people frank --community --wave"),
    ],
)
@pytest.mark.usefixtures("root")
def test_nobody_is_named_unless_the_operator_said_so(
    capsys: pytest.CaptureFixture[str], said: str, command: str
) -> None:
    """Exit code 2, one sentence, and no name."""
    with pytest.raises(SystemExit) as ended:
        run_command(command.split())
    printed = capsys.readouterr()
    assert 2 == ended.value.code
    assert said in printed.err
    assert "" == printed.out


@pytest.mark.usefixtures("root")
def test_nobody_is_named_from_an_object_store(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What others may reach is no place to name people from."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "invented")
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", "s3://bucket/folder?region=eu-central-1")
    with pytest.raises(SystemExit) as ended:
        run_command(["people", "frank", "--wave"])
    assert 2 == ended.value.code
    assert "only from a data root on this machine" in capsys.readouterr().err

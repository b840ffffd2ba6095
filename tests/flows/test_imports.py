"""Exports come in by the command line as a user gives it, against a running server."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tasks.maintenance.withdrawal import withdraw
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.staged import VERDICTS
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.conftest import REPOSITORY, Server, written_files
from tests.unit.export_files import DAYS, HEADER, analytics_csv

EVALUATION = REPOSITORY.parent / "shared" / "evaluation"
STATED = {
    "Impressions": "day_impressions_count",
    "Likes": "day_likes_count",
    "Engagements": "day_x_engagements_count",
    "Bookmarks": "day_bookmarks_count",
    "Shares": "day_shares_count",
    "New follows": "new_followers_count",
    "Unfollows": "lost_followers_count",
    "Replies": "day_replies_count",
    "Reposts": "day_reposts_count",
    "Profile visits": "day_profile_visits_count",
    "Create Post": "day_posts_count",
    "Video views": "day_video_views_count",
    "Media views": "day_media_views_count",
}


def _imports(server: Server, root: Path, *words: str) -> tuple[int, str]:
    """Exit code and everything said by `python -m flows.imports`."""
    done = server.module("flows.imports", *words, VANITY_GAP_DATA_ROOT=str(root))
    return done.returncode, done.stdout + done.stderr


def _account_daily(root: Path) -> pd.DataFrame:
    return frame(Tables(DataRoot(str(root))).latest(ACCOUNT_DAILY))


def _day(text: str) -> pd.Timestamp:
    return pd.Timestamp(datetime.strptime(text, "%a, %b %d, %Y").replace(tzinfo=UTC).date())


def test_a_real_export_is_reported_day_by_day(server: Server, tmp_path: Path) -> None:
    """All 271 days stand in the report with every figure as X states it, and the absolute count stays unknown."""
    export = EVALUATION / "account_overview_analytics.csv"
    if not export.exists():
        pytest.skip(f"{export} is absent: real exports are not part of the repository")
    code, said = _imports(server, tmp_path, "--analytics-csv", str(export), "--handle", "ada")
    assert 0 == code, said
    reported = _account_daily(tmp_path).set_index("report_date")
    with export.open(encoding="utf-8", newline="") as file:
        stated = {_day(row["Date"]): row for row in csv.DictReader(file)}
    assert sorted(stated) == list(reported.index)
    for day, row in stated.items():
        ours = reported.loc[day]
        assert {title: int(row[title]) for title in STATED} == {title: ours[name] for title, name in STATED.items()}
        assert int(row["New follows"]) - int(row["Unfollows"]) == ours["followers_delta"]
    assert reported["followers_count"].isna().all()
    assert {"no_anchor"} == set(reported["counts_reason"])
    assert {"counts"} == set(reported["observation_level"])


GROWING = {
    "impressions": "day_impressions_count",
    "likes": "day_likes_count",
    "engagements": "day_x_engagements_count",
    "new_follows": "new_followers_count",
    "unfollows": "lost_followers_count",
    "replies": "day_replies_count",
    "reposts": "day_reposts_count",
    "profile_visits": "day_profile_visits_count",
    "posts_created": "day_posts_count",
}


def _rows(name: str) -> list[dict[str, str]]:
    with (EVALUATION / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _content_csv(posts: list[dict[str, str]]) -> str:
    """The posts as X's content export has them, with ids made from their times."""
    lines = ["Post id,Date,Impressions,Likes,Replies,Reposts,Bookmarks"]
    for number, row in enumerate(posts):
        milliseconds = int(datetime.fromisoformat(row["created_at"]).timestamp() * 1000)
        post_id = (milliseconds - 1_288_834_974_657 << 22) + number
        lines.append(f"{post_id},-,{row['impressions']},{row['likes']},{row['replies']},{row['reposts']},")
    return "\n".join(lines)


def test_a_real_growing_account_is_reported_with_counts_changes_and_rates(server: Server, tmp_path: Path) -> None:
    """Every figure of its overview and every count stand as stated; rates have the posts' own denominators."""
    if not (EVALUATION / "growing_account_posts.csv").exists():
        pytest.skip(f"{EVALUATION} is absent: real exports are not part of the repository")
    posts = _rows("growing_account_posts.csv")
    last = max(row["created_at"] for row in posts)[:10]
    content = tmp_path / f"account_analytics_content_2025-05-01_{date.fromisoformat(last) + timedelta(days=5)}.csv"
    content.write_text(_content_csv(posts), encoding="utf-8")
    overview, counts = EVALUATION / "growing_account_overview.csv", EVALUATION / "growing_account_followers.csv"
    words = ("--analytics-csv", str(overview), "--counts-csv", str(counts), "--content-csv", str(content))
    code, said = _imports(server, tmp_path / "data", *words, "--handle", "grow")
    assert 0 == code, said
    reported = _account_daily(tmp_path / "data").set_index("report_date")
    for row in _rows(overview.name):
        ours = reported.loc[pd.Timestamp(row["date"])]
        assert {title: int(row[title]) for title in GROWING} == {title: ours[name] for title, name in GROWING.items()}
    for row in _rows(counts.name):
        assert int(row["followers"]) == reported.loc[pd.Timestamp(row["date"]), "followers_count"]
    day = date.fromisoformat(last)
    within = [
        row
        for row in posts
        if day - timedelta(days=30) < date.fromisoformat(row["created_at"][:10]) <= day - timedelta(days=2)
    ]
    engagement = sum(int(row[kind]) for row in within for kind in ("likes", "reposts", "replies"))
    rate = engagement / sum(int(row["impressions"]) for row in within)
    ours = reported.loc[pd.Timestamp(day)]
    assert len(within) == ours["mature_posts_count"]
    assert rate == pytest.approx(ours["engagement_by_impressions_pooled_rate"])


def test_a_rise_in_an_overview_alone_is_reported_though_nobody_counted(server: Server, tmp_path: Path) -> None:
    """The night of 900 is an event that stays open: where no count was read, nothing tells that they left."""
    days = [date(2025, 1, 1) + timedelta(days=step) for step in range(90)]
    rows = [(day, 900, 12, 30, 1, 0, 900 if day == days[60] else 6 + day.day % 5, *[2] * 7) for day in days]
    export = tmp_path / "overview.csv"
    export.write_bytes(analytics_csv(*rows[::-1]))
    code, said = _imports(server, tmp_path, "--analytics-csv", str(export), "--handle", "ada")
    assert 0 == code, said
    event = frame(Tables(DataRoot(str(tmp_path))).latest(DIVERGENCE_EVENTS)).iloc[0]
    assert pd.Timestamp(days[60]) == event["first_date"]
    assert event[["before_followers_count", "closed_date"]].isna().all()


def test_with_an_anchor_the_counts_are_rebuilt(server: Server, tmp_path: Path) -> None:
    """March 4 ended with 100: 98 the day before (two gained on the 4th) and 103 the day after (four new, one lost)."""
    export = tmp_path / "export.csv"
    export.write_bytes(analytics_csv(*DAYS))
    words = ("--analytics-csv", str(export), "--handle", "ada", "--anchor", "2025-03-04=100")
    assert 0 == _imports(server, tmp_path / "data", *words)[0]
    reported = _account_daily(tmp_path / "data")
    assert [98, 100, 103] == reported["followers_count"].tolist()
    assert [True, False, True] == reported["is_estimated"].tolist()
    assert [-3, 2, 3] == reported["followers_delta"].tolist()


def test_the_same_import_twice_changes_nothing_but_when_it_was_written(server: Server, tmp_path: Path) -> None:
    """Every file but the manifest is the same to the byte."""
    export = tmp_path / "export.csv"
    export.write_bytes(analytics_csv(*DAYS))
    words = ("--analytics-csv", str(export), "--handle", "ada")
    assert 0 == _imports(server, tmp_path / "data", *words)[0]
    before = written_files(tmp_path / "data")
    assert 0 == _imports(server, tmp_path / "data", *words)[0]
    after = written_files(tmp_path / "data")
    manifest = str(tmp_path / "data" / layout.MANIFEST)
    assert before | {manifest: b""} == after | {manifest: b""}


def _imports_on(server: Server, root: Path, day: str, *words: str) -> tuple[int, str]:
    """The same on a day; the clock may stand only where no real X is asked."""
    clock = {"VANITY_GAP_CLOCK": f"{day}T12:00:00+00:00", "VANITY_GAP_X_BASE_URL": "http://127.0.0.1:9"}
    done = server.module("flows.imports", *words, VANITY_GAP_DATA_ROOT=str(root), **clock)
    return done.returncode, done.stdout + done.stderr


def _below(root: Path, folder: str) -> dict[str, bytes]:
    return {path.removeprefix(f"{root}/"): content for path, content in written_files(root / folder).items()}


CONTENT = (
    "Post id,Date,Post text,Link,Impressions,Likes,Engagements,Replies,Reposts\n"
    "2125499729310646275,Wed Nov 25 2026,words,https://x.com/ada_l/status/2125499729310646275,900,30,35,2,3\n"
    "2124774953579446276,Mon Nov 23 2026,words,https://x.com/ada_l/status/2124774953579446276,800,25,30,2,3\n"
)


def test_posts_alone_are_reported_the_same_on_every_day(server: Server, tmp_path: Path) -> None:
    """One file, no handle given: its posts are reported, the page's place is said, and a later day changes no byte."""
    export = tmp_path / "account_analytics_content_2026-11-22_2026-11-29.csv"
    export.write_text(CONTENT, encoding="utf-8")
    first, later = tmp_path / "first", tmp_path / "later"
    code, said = _imports_on(server, first, "2026-11-28", str(export))
    assert 0 == code, said
    assert f"page: {first / 'reports' / 'index.html'}" in said
    assert [("ada_l", 2)] == [tuple(row) for row in _account_daily(first)[["handle", "mature_posts_count"]].to_numpy()]
    assert 0 == _imports_on(server, later, "2027-03-01", str(export))[0]
    ours, theirs = ({**_below(root, "staged"), **_below(root, "reports")} for root in (first, later))
    assert ours.keys() == theirs.keys()
    # The manifest says when it was written.
    assert [str(layout.MANIFEST)] == [path for path in ours if ours[path] != theirs[path]]


def test_a_preview_writes_nothing(server: Server, tmp_path: Path) -> None:
    """What the file is, how columns are taken, rows, and what reports will and will not say."""
    export = tmp_path / "export.csv"
    export.write_bytes(analytics_csv(*DAYS))
    code, said = _imports(server, tmp_path / "data", "--dry-run", "--handle", "ada", str(export))
    assert 0 == code, said
    for words in ("X's account analytics, of @ada", "New follows = new_followers_count", "and will not: the absolute"):
        assert words in said
    assert {} == written_files(tmp_path / "data")


def test_an_import_that_cannot_be_reported_leaves_nothing(server: Server, tmp_path: Path) -> None:
    """A damaged staged file keeps every report from being made: the import fails, and its rows are taken back."""
    export, root = tmp_path / "export.csv", tmp_path / "data"
    export.write_bytes(analytics_csv(*DAYS))
    damaged = root / "staged" / "account_snapshots" / "dt=2026-01-01" / "part-0.parquet"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"no Parquet")
    code, said = _imports(server, root, "--handle", "ada", str(export))
    assert 1 == code, said
    left = {path: content for path, content in written_files(root).items() if content}
    assert {str(damaged): b"no Parquet"} == left


KEPT_COUNTS = b"date,followers\n2025-03-04,100\n2025-03-06,104\n"


def _said_fingerprint(said: str) -> str:
    """The fingerprint that the summary names, once however often the summary was said."""
    (fingerprint,) = set(re.findall(r"fingerprint ([0-9a-f]{16})\b", said))
    return fingerprint


def test_an_import_undone_leaves_the_root_as_it_was(server: Server, tmp_path: Path) -> None:
    """Staged and kept files are those of before to the byte, and so are reports; undone again, there is nothing."""
    root, export, counts = tmp_path / "data", tmp_path / "export.csv", tmp_path / "counts.csv"
    export.write_bytes(analytics_csv(*DAYS))
    counts.write_bytes(KEPT_COUNTS)
    assert 0 == _imports(server, root, "--handle", "ada", str(counts))[0]
    before = written_files(root)
    fingerprints = [
        _said_fingerprint(_imports(server, root, "--handle", handle, str(export))[1]) for handle in ("ada", "bea")
    ]
    assert {"ada", "bea"} == set(_account_daily(root)["handle"])
    assert date(2025, 3, 3) == _account_daily(root)["report_date"].min().date()
    code, said = _imports(server, root, "--undo", *fingerprints)
    assert 0 == code, said
    assert "2 imports undone" in said
    after = written_files(root)
    assert _compared(root, before) == _compared(root, after)
    code, said = _imports(server, root, "--undo", "--handle", "ada", str(export))
    assert 0 == code, said
    assert "there is nothing to undo" in said
    assert after == written_files(root)
    code, said = _imports(server, root, "--undo", "0123456789abcdef")
    assert (2, True) == (code, "no import has the fingerprint 0123456789abcdef" in said), said
    assert after == written_files(root)


def _compared(root: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """All but notes, which remember, and what says when it was written: the manifest."""
    noted = (str(root / "ledger"), str(root / layout.MANIFEST), str(root / layout.staged_folder(VERDICTS)))
    return {path: content for path, content in files.items() if not path.startswith(noted)}


def test_the_only_import_undone_leaves_no_report(server: Server, tmp_path: Path) -> None:
    """Nothing is known of anybody then: no report, no row and no kept file is left, also after a kill in between."""
    root, export = tmp_path / "data", tmp_path / "export.csv"
    export.write_bytes(analytics_csv(*DAYS))
    for is_killed in (False, True):
        fingerprint = _said_fingerprint(_imports(server, root, "--handle", "ada", str(export))[1])
        if is_killed:
            withdraw(DataRoot(str(root)), [layout.import_batch(fingerprint)])
        code, said = _imports(server, root, "--undo", fingerprint)
        assert 0 == code, said
        left = {path.removeprefix(f"{root}/").split("/")[0] for path in written_files(root)}
        assert left <= {"ledger", ".pseudonyms", "README.md"}
        assert not list(root.glob("ledger/days/*"))


FUTURE = (date(2999, 1, 1), *DAYS[0][1:])
BAD_FILES = {
    "rows that are no days": (analytics_csv(DAYS[0], DAYS[2]), "its rows are 2 days apart"),
    "a repeated day": (analytics_csv(*DAYS, DAYS[0]), "stands here and on line"),
    "a foreign header": (b"Datum,Follower\n2025-03-03,1\n", "the header lacks"),
    "a date in the future": (analytics_csv(FUTURE), "lies in the future"),
    "a negative count": (analytics_csv((*DAYS[0][:2], -5, *DAYS[0][3:])), "not a count of 0 or more"),
    "nothing": (HEADER.encode(), "holds a header and no day"),
}


def test_bad_files_are_refused_and_leave_everything_as_it_was(server: Server, tmp_path: Path) -> None:
    """Each defect gives exit code 2 and a sentence; no file of the data root is added, changed or removed."""
    good = tmp_path / "good.csv"
    good.write_bytes(analytics_csv(*DAYS))
    root = tmp_path / "data"
    assert 0 == _imports(server, root, "--analytics-csv", str(good), "--handle", "ada")[0]
    before = written_files(root)
    for content, said in BAD_FILES.values():
        bad = tmp_path / "bad.csv"
        bad.write_bytes(content)
        code, answer = _imports(server, root, "--analytics-csv", str(bad), "--handle", "ada")
        assert 2 == code, answer
        assert 1 == answer.count(said), answer
        assert "Traceback" not in answer
        assert "NoneType" not in answer
    assert before == written_files(root)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--analytics-csv", "absent.csv", "--handle", "ada"), "absent.csv: cannot be read"),
        (("--handle", "ada"), "no file was given"),
        ((), "no file says whose it is; give --handle NAME"),
        (("--analytics-csv", "x.csv", "--handle", "@ada"), "handle"),
        (("--analytics-csv", "x.csv", "--handle", "ada", "--anchor", "yesterday=5"), "--anchor"),
        (("--counts-csv", "x.csv", "--handle", "ada", "--anchor", "2025-03-04=5"), "an anchor belongs to"),
    ],
)
def test_bad_arguments_are_refused(server: Server, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, a sentence, and nothing written."""
    code, answer = _imports(server, tmp_path / "data", *words)
    assert 2 == code, answer
    assert said in answer
    assert "Traceback" not in answer
    assert {} == written_files(tmp_path / "data")

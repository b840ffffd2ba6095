"""A file tells by its header which export it is."""

from pathlib import Path

import pytest

from tasks.sources.exports.export import ExportRefusedError
from tasks.sources.exports.files import export_kind
from tests.unit.export_files import DAYS, HEADER, analytics_csv

EVALUATION = Path(__file__).parents[4] / "shared" / "evaluation"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("analytics", analytics_csv(*DAYS)),
        ("analytics", HEADER.encode()),
        ("analytics", "\ufeffDATE;IMPRESSIONS;new_follows;UN-FOLLOWS\r\n".encode()),
        ("content", b"Post id,Date,Post text,Impressions,Likes,New follows\n"),
        ("counts", b"date,followers\n2025-05-12,90\n"),
        ("counts", b"\n\nFollowers Count\tDate\n"),
        ("counts", "date,followers\n".encode("utf-16")),
        ("old_days", b'"Date","Tweets published","impressions","engagements","likes"\n'),
        ("followers", b"id,created_at,username,public_metrics.followers_count\n"),
    ],
)
def test_each_export_is_known_by_its_header(kind: str, content: bytes) -> None:
    """Days with follows and unfollows are analytics, post ids are content, dates with followers are counts."""
    assert kind == export_kind(content)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("e.csv: the header is of no known export; give X's", b"created_at,likes\n"),
        ("e.csv: the header is of no known export; give X's", b"Date,New follows,Unfollows\n"),
        ("e.csv: the header is of no known export; give X's", b""),
        ("e.csv: is not UTF-8 text", HEADER.encode("utf-32")),
        ("e.csv: has titles in another language", "तारीख,इंप्रेशन,पसंद\n".encode()),
    ],
)
def test_any_other_file_is_refused(said: str, content: bytes) -> None:
    """A file that none of the readers would take is named, with what to give instead."""
    with pytest.raises(ExportRefusedError, match=said):
        export_kind(content, "e.csv")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("analytics", "account_overview_analytics.csv"),
        ("analytics", "growing_account_overview.csv"),
        ("counts", "growing_account_followers.csv"),
    ],
)
def test_real_files_are_known(kind: str, name: str) -> None:
    """The real exports at hand are what they are called."""
    path = EVALUATION / name
    if not path.exists():
        pytest.skip(f"{path} is absent: real exports are not part of the repository")
    assert kind == export_kind(path.read_bytes(), name)

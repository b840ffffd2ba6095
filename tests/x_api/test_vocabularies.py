"""The same days told in X's two vocabularies: the same engagement, and nobody paid for whom X does not name."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from config.pipeline import load_parameters
from config.settings import HERE
from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tasks.metrics.posts import post_engagement
from tasks.schema.frames import empty_frame
from tasks.schema.staged import ENGAGEMENTS
from tests.x_api.living import Watch, tracked

PAGE = 100
"""The first page is bought before it is known which words X speaks."""
MOMENT = datetime(2026, 6, 25, 18, 15, tzinfo=UTC)


def _live(vocabulary: str, folder: Path, *, authors: bool) -> dict[str, pd.DataFrame]:
    """The tables of two days of Vera, who is quoted, answered and reposted a lot."""
    settings = Settings(vocabulary=vocabulary, moment=MOMENT, has_rate_limits=False)
    account = tracked("viral_vera", level="posts", engagers=True, authors=authors)
    with serve(summer(11), settings) as sandbox:
        watch = Watch(sandbox, folder, [account])
        for _ in range(2):
            watch.live()
        return {name: watch.rows(name) for name in watch.tables}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    """The same two days in the older words, in the newer ones, and in the newer ones with authors."""
    lives = {"tweet": ("tweet", False), "post": ("post", False), "authors": ("post", True)}
    return {
        name: _live(vocabulary, tmp_path_factory.mktemp(name), authors=authors)
        for name, (vocabulary, authors) in lives.items()
    }


def test_posts_engage_alike_in_both_vocabularies(told: dict[str, dict[str, pd.DataFrame]]) -> None:
    """Which posts are the account's own words, and what they received, does not depend on X's words."""
    parameters = load_parameters(HERE).measures.engagement
    days = empty_frame(ENGAGEMENTS)[["account_id"]].assign(report_date=pd.Series(dtype="datetime64[s]"))
    older, newer = (
        post_engagement(told[name]["posts"], days.assign(followers_count=pd.Series(dtype="Int64")), parameters)
        for name in ("tweet", "post")
    )
    columns = ["post_id", "created_at", "engagement_count"]
    assert len(older) > 100
    pd.testing.assert_frame_equal(older[columns], newer[columns])


def test_posts_without_an_author_are_not_bought(told: dict[str, dict[str, pd.DataFrame]]) -> None:
    """The newer words name no author unless one pays: mentions and quotes are then not read, and that is said."""
    rows = told["post"]["readings"]
    engagers = rows[rows["subject"] == "engagers"]
    assert ["no_authors", "no_authors"] == engagers["reading_reason"].tolist()
    assert "complete" not in set(engagers["status"])
    spent = {name: tables["api_spend"] for name, tables in told.items()}
    asked = {name: rows.groupby("endpoint")["objects_count"].sum() for name, rows in spent.items()}
    assert PAGE >= asked["post"]["/2/users/{id}/mentions"]
    assert PAGE >= asked["post"]["/2/tweets/{id}/quote_tweets"]
    assert asked["tweet"]["/2/users/{id}/mentions"] > 2 * PAGE


def test_with_authors_the_same_people_engage(told: dict[str, dict[str, pd.DataFrame]]) -> None:
    """Who pays for authors finds the same people in the newer words as in the older ones."""
    older, newer = (set(told[name]["engagements"]["actor_id"]) for name in ("tweet", "authors"))
    assert older
    assert older == newer

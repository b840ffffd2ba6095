"""Authors and likers: bought only where an account asks for them, priced before, billed as foretold."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import requests

from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tasks.sources.x_api.reading_plan import PlanTerms, reading_plan
from tests.x_api.living import NUMBERS, PRICES, Watch, tracked, usd

SEED = 7
MORNING = datetime(2026, 7, 10, 2, 15, tzinfo=UTC)
MIA = "mentioned_mia"
Watching = Callable[..., Watch]


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """Starts somebody who watches Mia on the day after she was mentioned, the app being hers or nobody's."""
    world = summer(SEED)
    owner = next(account.id for account in world.accounts if account.handle == MIA)
    with ExitStack() as running:

        def begin(*, is_owned: bool = False, **bought: bool) -> Watch:
            settings = Settings(moment=MORNING, has_rate_limits=False, app_owner_id=owner if is_owned else None)
            sandbox = running.enter_context(serve(world, settings))
            asked = tracked(MIA, "posts", owned=is_owned, engagers=True, **bought)
            return Watch(sandbox, tmp_path / f"{is_owned}-{bought}", [asked])

        yield begin


def _profile_followers(sandbox: Sandbox, user_id: int) -> int:
    """What X shows of a profile."""
    answer = requests.get(
        f"{sandbox.base_url}/2/users/{user_id}",
        params={"user.fields": "public_metrics"},
        headers={"Authorization": f"Bearer {sandbox.settings.bearer_token}"},
        timeout=10,
    )
    return int(answer.json()["data"]["public_metrics"]["followers_count"])


def _billed(watch: Watch) -> Decimal:
    return sum((Decimal(str(row["usd"])) for row in watch.sandbox.bill()), Decimal(0))


def _written(engagements: pd.DataFrame) -> pd.DataFrame:
    return engagements[engagements["kind"].isin(["mention", "reply", "quote"])]


def test_nobody_s_profile_is_bought_unasked(watching: Watching) -> None:
    """Without the choice the writers of mentions and quotes have no counts, and the bill knows no included profile."""
    watch = watching()
    written = _written(watch.live()["engagements"])
    assert len(written)
    assert written["actor_followers_count"].isna().all()


def test_authors_come_with_their_counts_and_are_billed(watching: Watching) -> None:
    """Each writer's followers are those of the profile; ledger and X's bill agree, and it costs more than without."""
    plain, bought = watching(), watching(authors=True)
    cheaper = usd(plain.live()["api_spend"])
    tables = bought.live()
    assert _billed(bought) == usd(tables["api_spend"]) > cheaper
    written = _written(tables["engagements"])
    assert written["actor_followers_count"].notna().all()
    for row in written.drop_duplicates("actor_id").head(5).itertuples():
        assert _profile_followers(bought.sandbox, row.actor_id) == row.actor_followers_count


def test_likers_of_an_owned_account_are_listed(watching: Watching) -> None:
    """Likes have names only where asked for; a post shows at most 100 of them, as X documents."""
    plain, bought = watching(is_owned=True), watching(is_owned=True, likers=True)
    assert "like" not in set(plain.live()["engagements"]["kind"])
    tables = bought.live()
    likes = tables["engagements"][tables["engagements"]["kind"] == "like"]
    assert 0 < likes.groupby("post_id").size().max() <= 100
    counts = tables["posts"].set_index("post_id")["like_count"]
    for post_id, listed in likes.groupby("post_id").size().items():
        assert min(counts.loc[post_id], 100) == listed
    assert _billed(bought) == usd(tables["api_spend"])


def test_the_plan_prices_what_is_bought(watching: Watching) -> None:
    """A profile at the price of a look-up for each quote foretold, a like at its own: never less than without."""
    watch = watching(is_owned=True)
    watch.live()
    watch.live()
    terms = PlanTerms(NUMBERS, PRICES, Decimal(100), has_user=True)

    def priced(**bought: bool) -> tuple[str, Decimal]:
        asked = tracked(MIA, "posts", owned=True, engagers=True, **bought)
        rows = reading_plan([asked], watch.history, watch.now(), watch.session().budget, terms)
        row = next(row for row in rows if row.subject == "engagers")
        assert row.likely_usd is not None
        return row.why, row.likely_usd

    plain, authors, likers = priced(), priced(authors=True), priced(likers=True)
    assert "with authors" in authors[0]
    assert "liked" in likers[0]
    assert authors[1] >= plain[1]
    assert likers[1] > plain[1]

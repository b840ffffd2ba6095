"""People are told without a server: of a jump that an import finds, of refused and missed days, each once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from flows.backfill import backfill
from flows.daily import daily
from flows.imports import imports, parse_exports
from sandbox.serve import serve
from sandbox.worlds import summer
from tests.flows.lived import Operator
from tests.flows.test_telling import FIRST, LAST, export_of_a_jump
from tests.unit.outbox.listeners import MailServer, Webhook, listening

Ears = tuple[MailServer, Webhook]
PNG = b"\x89PNG"
pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def ears() -> Iterator[Ears]:
    """A mail server and a webhook."""
    with listening() as both:
        yield both


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ears: Ears) -> Iterator[Operator]:
    """Somebody with an empty data root, who is told by mail and webhook."""
    with serve(summer(7)) as sandbox:
        somebody = Operator(sandbox, tmp_path / "data", monkeypatch)
        pipeline = somebody.config / "pipeline.toml"
        urls = f"urls = {[ear.url for ear in ears]}".replace("'", '"')
        pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("urls = []", urls), encoding="utf-8")
        somebody.track("quiet_quinn", level="counts")
        yield somebody


def subjects(ears: Ears) -> list[str]:
    """The subjects of the mails, which are those of the posts."""
    mail, hook = ears
    found = [str(each["subject"]) for each in mail.mails]
    assert found == [post["title"] for post in hook.posts]
    return found


def test_a_jump_is_told_once_with_its_picture(operator: Operator, ears: Ears, tmp_path: Path) -> None:
    """Import, and derive again by force: one mail and one post that name account and day; the first delivery fails."""
    operator.stand_at(LAST + timedelta(days=1))
    ears[0].refusals = ears[1].refusals = 1
    given = {"analytics_csv": export_of_a_jump(tmp_path), "handle": "ada", "anchor": f"{FIRST}=2000"}
    state: State[Any] = imports(parse_exports(given), return_state=True)
    assert state.is_completed(), state.message
    again = backfill(LAST - timedelta(days=3), LAST, force=True, return_state=True)
    assert again.is_completed(), again.message
    (subject,) = subjects(ears)
    assert subject.startswith("@ada: something happened")
    (post,) = ears[1].posts
    assert "2025-03-01" in post["message"]
    (picture,) = ears[0].mails[0].iter_attachments()
    assert picture.get_content().startswith(PNG)


def test_a_refused_day_is_told_once(operator: Operator, ears: Ears) -> None:
    """A token that X does not accept, twice on one day."""
    operator.set("X_BEARER_TOKEN", "not-the-token")
    for _ in range(2):
        assert "Refused" == operator.live(date(2026, 7, 14)).name
    assert ["The run daily of 2026-07-14 was refused"] == subjects(ears)
    assert "401" in ears[1].posts[0]["message"]


def test_a_day_that_nobody_read_is_missed(operator: Operator, ears: Ears) -> None:
    """Read on the 14th, which brings the digest; the run of the 15th comes on the 16th and fails as Missed."""
    first = operator.live(date(2026, 7, 14))
    assert first.is_completed(), first.message
    assert ["How the followed accounts stand on 2026-07-14"] == subjects(ears)
    assert "@quiet_quinn" in ears[1].posts[0]["message"]
    operator.stand_at(date(2026, 7, 16))
    for _ in range(2):
        late = daily(date(2026, 7, 15), return_state=True)
        assert late.is_failed()
        assert "Missed" == late.name
        assert "nobody was read on 2026-07-15" in str(late.message)
    assert ["Nothing was read on 2026-07-15", "The run daily of 2026-07-16 ended as missed"] == subjects(ears)[1:]


def test_a_spent_budget_is_told_once(operator: Operator, ears: Ears) -> None:
    """A look-up by handle costs a cent, which is the whole of this day's budget; the second run spends nothing more."""
    pipeline = operator.config / "pipeline.toml"
    text = pipeline.read_text(encoding="utf-8")
    assert "\nday_usd = 500.0" in text
    pipeline.write_text(text.replace("\nday_usd = 500.0", "\nday_usd = 0.01"), encoding="utf-8")
    for _ in range(2):
        operator.live(date(2026, 7, 14))
    assert 1 == subjects(ears).count("100 % of the budget of 2026-07-14 is spent")
    (told,) = (post["message"] for post in ears[1].posts if "budget" in post["title"])
    assert "$0.01 of $0.01" in told


def test_a_day_of_the_future_is_refused(operator: Operator) -> None:
    """Nothing can be said of it."""
    operator.stand_at(date(2026, 7, 14))
    state = daily(date(2026, 7, 15), return_state=True)
    assert "Refused" == state.name
    assert "day 2026-07-15 lies in the future: today is 2026-07-14" == state.message

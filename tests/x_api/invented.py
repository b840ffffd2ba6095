"""Invented people, posts and pages, in both vocabularies of X."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tasks.sources.x_api.endpoints import ENDPOINTS
from tasks.sources.x_api.pages import RawPage
from tasks.sources.x_api.parameters import Prices
from tasks.sources.x_api.vocabulary import Dialect

DAY = date(2026, 7, 1)
MORNING = datetime(2026, 7, 1, 6, tzinfo=UTC)
FRANK = "1500000000000000001"

PRICES = Prices(
    per_object={
        "users": Decimal("0.010"),
        "users_by": Decimal("0.010"),
        "followers": Decimal("0.010"),
        "timeline": Decimal("0.005"),
        "posts": Decimal("0.005"),
        "mentions": Decimal("0.005"),
        "quotes": Decimal("0.005"),
        "reposters": Decimal("0.010"),
        "likers": Decimal("0.010"),
    },
    owned=Decimal("0.001"),
    per_request={},
)


def user(number: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - X may say anything
    """An invented user in the tweet dialect."""
    counts = {"followers_count": 10, "following_count": 20, "tweet_count": 30, "listed_count": 1, "like_count": 5}
    return {
        "id": str(number),
        "username": f"person{number}",
        "name": f"Person {number}",
        "created_at": "2020-03-01T10:00:00.000Z",
        "protected": False,
        "verified": False,
        "profile_image_url": "https://pbs.example/profile_images/1/me.jpg",
        "public_metrics": counts,
        **said,
    }


def page(  # noqa: PLR0913 - each part of a page matters to some test
    endpoint: str,
    objects: list[dict[str, Any]] | None,
    *,
    sequence: int = 0,
    batch: str = FRANK,
    subject_id: str | None = FRANK,
    token: str | None = None,
    next_token: str | None = None,
    dialect: Dialect = "tweet",
    is_owned: bool = False,
    **body: Any,  # noqa: ANN401 - X may say anything
) -> RawPage:
    """A good page that arrived `sequence` minutes after six."""
    meta = {"result_count": len(objects or [])} | ({"next_token": next_token} if next_token else {})
    data = {} if objects is None else {"data": objects}
    return RawPage(
        day=DAY,
        batch=batch,
        endpoint=endpoint,
        subject_id=subject_id,
        sequence=sequence,
        is_owned=is_owned,
        dialect=dialect,
        parameters=_parameters(endpoint, dialect) | ({"pagination_token": token} if token else {}),
        received_at=MORNING + timedelta(minutes=sequence),
        status=200,
        reset_at=None,
        fault=None,
        body={**data, "meta": meta, **body},
    )


def _parameters(endpoint: str, dialect: Dialect) -> dict[str, str]:
    fields: Mapping[str, str] = ENDPOINTS[endpoint].fields
    named = {name.replace("_fields", ".fields"): value for name, value in fields.items()}
    if dialect == "post" and "tweet.fields" in named:
        return {"post.fields": "conversation_id,created_at,id,public_metrics"}
    return named

"""What X said that does not count, as rows of `rejections`: counted by reason, and without an id of anybody."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

import pandas as pd

from tasks.schema.columns.readings import WHOLE_OBJECT
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import REJECTIONS
from tasks.sources.x_api.endpoints import MENTIONS, POST_LOOKUP, QUOTES
from tasks.sources.x_api.ledger import LOOK_UP_BATCH
from tasks.sources.x_api.page_content import odd_fields
from tasks.sources.x_api.pages import RawPage
from tasks.sources.x_api.problems import account_reason, problems

NO_ACCOUNT = "@"
"""Stands for the account where a look-up of many told of something that is none of them."""

RejectionKey: TypeAlias = tuple[str, str, str, str]
"""Account, endpoint, field and reason."""


def page_rejections(page: RawPage) -> Iterator[RejectionKey]:
    """What of the page does not count, each with its reason."""
    counted = {str(entry["id"]) for entry in page.objects} if page.batch.startswith(LOOK_UP_BATCH) else None
    for entry in page.content.rejections:
        account_id = page.batch if counted is None else entry.object_id if entry.object_id in counted else None
        yield account_id or NO_ACCOUNT, page.source.path, entry.field or WHOLE_OBJECT, entry.reason
    if page.endpoint == POST_LOOKUP.name and page.is_good:
        for problem in problems(page.body):
            yield page.batch, page.source.path, WHOLE_OBJECT, account_reason(problem)
    if page.endpoint in {MENTIONS.name, QUOTES.name}:
        for post in page.objects:
            if post.get("author_id") is None and "author_id" not in odd_fields(post):
                yield page.batch, page.source.path, WHOLE_OBJECT, "no_author"


def rejections_frame(counts: Counter[RejectionKey], day: date) -> pd.DataFrame:
    """Rows of `rejections`: how often each was met on the day."""
    named = ("account_id", "endpoint", "rejected_field", "rejection_reason")
    rows = [dict(zip(named, key, strict=True)) | {"rejected_count": count} for key, count in sorted(counts.items())]
    empty = pd.DataFrame(rows, columns=REJECTIONS.schema.names)
    return frame(arrow(REJECTIONS, empty.assign(snapshot_date=pd.Timestamp(day), source="x_api")))

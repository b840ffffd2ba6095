"""Ids of posts in a content export: whole, or destroyed by a spreadsheet and refused."""

import re
from datetime import UTC, datetime, timedelta

from tasks.sources.exports.cells import Row, Sheet

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""Unix milliseconds from which X counts the time inside an id."""
SNOWFLAKE_SHIFT = 22
FIRST_SNOWFLAKE = 2**40
LONGEST = 19
"""Digits of the largest id that a signed integer of 64 bits holds."""

ID_IN_LINK = re.compile(r"/status/(\d+)")
ROUNDED = 100
"""A number that went through a spreadsheet keeps 15 to 17 digits, so an id of 19 then ends in two zeros or more."""
ENOUGH_TO_TELL = 3
"""As many ids, all of them ending in two zeros, are chance once in a million files."""


def post_ids(export: Sheet) -> list[int]:
    """The id of every row, from the columns `post_id` and, as a witness where the file has it, `post_link`.

    Raises `ExportRefusedError` for an id that is not one, that its own link contradicts, or that stands twice,
    and when all ids are round.
    """
    ids = [_post_id(export, row) for row in export.rows]
    if len(ids) >= ENOUGH_TO_TELL and all(post_id % ROUNDED == 0 for post_id in ids):
        raise export.refusal(None, "a spreadsheet has rounded every post id; download the file again")
    seen: dict[int, Row] = {}
    for row, post_id in zip(export.rows, ids, strict=True):
        if post_id in seen:
            raise export.refusal(row, f"post {post_id} stands here and on line {seen[post_id].line}; keep one of them")
        seen[post_id] = row
    return ids


def published_at(post_id: int) -> datetime:
    """When the post was published, to the millisecond, as X writes it into the id.

    >>> published_at(1346889436626259968).isoformat(timespec="milliseconds")
    '2021-01-06T18:40:40.344+00:00'
    """
    milliseconds = (post_id >> SNOWFLAKE_SHIFT) + SNOWFLAKE_EPOCH_MS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def _post_id(export: Sheet, row: Row) -> int:
    text = row.cells["post_id"].strip("'\"")
    if not _is_id(text):
        said = f"the post id is {text[:40]!r}; a spreadsheet has destroyed it: download the file again"
        raise export.refusal(row, said)
    linked = ID_IN_LINK.search(row.cells.get("post_link", ""))
    if linked and linked.group(1) != text:
        said = (
            f"the post id is {text}, its link says {linked.group(1)}; a spreadsheet has rounded it: download it again"
        )
        raise export.refusal(row, said)
    return int(text)


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST and FIRST_SNOWFLAKE <= int(text) < 2**63

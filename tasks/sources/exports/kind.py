"""Which of the free files this is, told by its header."""

from typing import Literal, TypeAlias

from tasks.sources.exports import analytics, content, counts
from tasks.sources.exports.cells import header_columns
from tasks.sources.exports.refusal import ExportRefusedError

Kind: TypeAlias = Literal["analytics", "content", "counts"]


def export_kind(file: bytes, name: str = "the file") -> Kind:
    """The kind of export whose required columns the header names, its language and its way of saving aside.

    A post id is in the content export alone, follows and unfollows of a day in the analytics alone.
    Raises `ExportRefusedError` for any other file, an empty one, and one that is not UTF-8 text.
    """
    if header_columns(file, name, content.ALIASES) >= content.REQUIRED:
        return "content"
    if header_columns(file, name, analytics.ALIASES) >= analytics.REQUIRED.keys():
        return "analytics"
    if header_columns(file, name, counts.ALIASES) >= counts.REQUIRED:
        return "counts"
    message = (
        f"{name}: the header is of no known export; give X's account_overview_analytics.csv, "
        "X's account_analytics_content CSV, or a CSV with date and followers"
    )
    raise ExportRefusedError(message)

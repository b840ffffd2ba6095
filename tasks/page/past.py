"""What follower lists tell of the time before the account was observed."""

import pandas as pd

from tasks.page import codes, words
from tasks.page.inputs import Row
from tasks.page.story import Story


def past(story: Story) -> list[str]:
    """A sentence on each list, then on each coordinated block of the latest one, the largest first."""
    said = [_list(row) for _, row in story.material.lists.sort_values("list_date", kind="stable").iterrows()]
    return [words.sentence(text) for text in [*said, *story.latest_blocks["block_summary"]]]


def _list(row: pd.Series | Row) -> str:
    size = f"{words.count(row['listed_followers_count'])} followers were listed on {words.day(row['list_date'])}"
    if pd.notna(row["list_reason"]):
        return f"{size}: {codes.said(str(row['list_reason']), codes.LISTS)}"
    if not row["blocks_count"]:
        return f"{size}; no block of them stands out"
    blocks = words.plural(int(row["blocks_count"]), "block")
    return f"{size}; {words.count(row['block_members_count'])} of them stand in {blocks} that followed together"

"""A parsed follower list as rows of the staged table, and the day on which it was read."""

from datetime import date

import pandas as pd

from tasks.sources.exports.followers import parse_follower_list
from tasks.sources.exports.owner import Owner, staged_columns
from tasks.sources.exports.refusal import refusal
from tasks.tables.staged import FOLLOWER_LIST_MEMBERS

NAMES = {
    "follower_rank": "rank",
    "listed_follower_id": "follower_id",
    "follower_created_at": "created_at",
    "follower_followers_count": "followers_count",
    "follower_following_count": "following_count",
    "follower_posts_count": "posts_count",
    "follower_listed_count": "listed_count",
    "follower_likes_count": "likes_count",
    "has_default_image": "has_default_image",
    "has_description": "has_description",
    "is_follower_protected": "is_protected",
    "is_follower_verified": "is_verified",
}
"""The table's columns and those of the parsed list."""


def follower_list(content: bytes, name: str, owner: Owner, days: tuple[date, date]) -> pd.DataFrame:
    """Rows of `follower_list_members`; `days` are the day on which the list was read, and today.

    Raises `ExportRefusedError` for what `parse_follower_list` refuses, and a list read in the future.
    """
    read_on, today = days
    if read_on > today:
        raise refusal(name, f"was read on {read_on}, but today is {today} in UTC; give the day on which it was read")
    followers = parse_follower_list(content, name)
    columns = {column: followers[given] for column, given in NAMES.items() if given in followers}
    about = {"account_id": owner.account_id, "handle": owner.handle, "list_date": read_on}
    return staged_columns(FOLLOWER_LIST_MEMBERS, columns | about)

"""An ordered follower list as rows of the staged table `follower_list_members`."""

from datetime import date

import pandas as pd

from tasks.sources.exports.owner import Owner
from tasks.tables.frames import nothing
from tasks.tables.staged import FOLLOWER_LIST_MEMBERS

RENAMED = {
    "rank": "follower_rank",
    "created_at": "follower_created_at",
    "follower_id": "listed_follower_id",
    "followers_count": "follower_followers_count",
    "following_count": "follower_following_count",
    "posts_count": "follower_posts_count",
    "listed_count": "follower_listed_count",
    "likes_count": "follower_likes_count",
    "is_protected": "is_follower_protected",
    "is_verified": "is_follower_verified",
}


def follower_members(followers: pd.DataFrame, owner: Owner, read_on: date) -> pd.DataFrame:
    """The list, as `parse_follower_list` gives it, under the account and the day on which it was read."""
    empty = nothing(FOLLOWER_LIST_MEMBERS)
    rows = followers.rename(columns=RENAMED).assign(
        account_id=owner.account_id, handle=owner.handle, list_date=pd.Timestamp(read_on)
    )
    return rows.reindex(columns=list(empty.columns)).astype(empty.dtypes)

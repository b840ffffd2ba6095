"""The endpoints of X API v2 that are read: paths, page sizes, rights and fields, as data.

Source: docs.x.com (2026-08-22) and the OpenAPI files 2.159 and 2.167.
Fields are free, so everything used is asked for; they are named in the words of 2.159, which tweepy speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

LOOKUP_SIZE = 100
"""Most ids or handles in one look-up."""

SNAPSHOT_FIELDS = "created_at,id,name,protected,public_metrics,username"

FOLLOWER_FIELDS = (
    "created_at,description,id,location,most_recent_tweet_id,name,profile_image_url,protected,"
    "public_metrics,url,username,verified"
)

ACTOR_FIELDS = "id,public_metrics,username"
POST_FIELDS = "author_id,conversation_id,created_at,id,in_reply_to_user_id,public_metrics,referenced_tweets"


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: `name` stands in file names and price lists, `method` is tweepy's.

    `holds` is what its `data` is a list of; `fields` are asked for with each request.
    `largest_page` objects come in one response at most, and fewer than `smallest_page` cannot be asked for.
    Only an endpoint with `has_owned_price` is cheaper for the account that owns the developer app.
    `billed_as`: X bills the same id once a UTC day under one such name, and again under another; empty for `holds`.
    `priced_as` is the endpoint whose price it has, where that is not its own name.
    """

    name: str
    path: str
    method: str
    holds: Literal["user", "post"]
    fields: Mapping[str, str] = field(hash=False)
    billed_as: str = ""
    smallest_page: int = 1
    largest_page: int = 100
    is_paged: bool = True
    has_owned_price: bool = False
    needs_user: bool = False
    priced_as: str = ""

    @property
    def price_name(self) -> str:
        """The name in price lists."""
        return self.priced_as or self.name

    @property
    def billed_name(self) -> str:
        """The name under which X bills what it holds."""
        return self.billed_as or self.holds


USERS = Endpoint("users", "/2/users", "get_users", "user", {"user_fields": SNAPSHOT_FIELDS}, is_paged=False)
USERS_BY = replace(USERS, name="users_by", path="/2/users/by")
USERS_GONE = replace(USERS, name="users_gone", priced_as="users", fields={"user_fields": "id"})
"""Those who are no longer in a list: whether they still exist."""

FOLLOWERS_LIST = Endpoint(
    "followers",
    "/2/users/{id}/followers",
    "get_users_followers",
    "user",
    {"user_fields": FOLLOWER_FIELDS},
    billed_as="follower",
    largest_page=1000,
    has_owned_price=True,
)
FOLLOWERS_REST = replace(FOLLOWERS_LIST, name="followers_rest", priced_as="followers")
"""The part of a list that an earlier day left unread, so that its pages are told apart from those of the head."""
FOLLOWERS_SCAN = replace(FOLLOWERS_REST, name="followers_scan", fields={"user_fields": "created_at,id"})
"""A whole list, read for who is no longer in it."""

_POST = {"tweet_fields": POST_FIELDS}
_ACTOR = {"user_fields": ACTOR_FIELDS}

POST_LOOKUP = Endpoint("posts", "/2/tweets", "get_tweets", "post", _POST, is_paged=False)
_UNSHARED = {**_POST, "exclude": "retweets"}
TIMELINE = Endpoint(
    "timeline", "/2/users/{id}/tweets", "get_users_tweets", "post", _UNSHARED, smallest_page=5, has_owned_price=True
)
"""Reposts are nobody's own words: they are not bought, and in the newer vocabulary nothing would tell them apart."""
MENTIONS = replace(TIMELINE, name="mentions", path="/2/users/{id}/mentions", method="get_users_mentions", fields=_POST)
QUOTES = Endpoint(
    "quotes",
    "/2/tweets/{id}/quote_tweets",
    "get_quote_tweets",
    "post",
    _UNSHARED,
    smallest_page=10,
)
"""X lists there also who reposted a quote (13 of 15 and 7 of 9 posts in recorded answers), unless asked not to."""
REPOSTERS = Endpoint("reposters", "/2/tweets/{id}/retweeted_by", "get_retweeters", "user", _ACTOR, billed_as="reposter")
LIKERS = Endpoint(
    "likers", "/2/tweets/{id}/liking_users", "get_liking_users", "user", _ACTOR, billed_as="liker", needs_user=True
)

_EVERY = (
    *(USERS, USERS_BY, USERS_GONE),
    *(FOLLOWERS_LIST, FOLLOWERS_REST, FOLLOWERS_SCAN),
    *(TIMELINE, POST_LOOKUP),
    *(MENTIONS, QUOTES, REPOSTERS, LIKERS),
)

ENDPOINTS = {endpoint.name: endpoint for endpoint in _EVERY}
"""Every endpoint by its short name."""

SUBJECT_ENDPOINTS = {
    "counts": (USERS, USERS_BY),
    "followers": (FOLLOWERS_LIST, FOLLOWERS_REST),
    "posts": (TIMELINE, POST_LOOKUP),
    "engagers": (MENTIONS, QUOTES, REPOSTERS, LIKERS),
}
"""The endpoints that each subject of a reading takes."""

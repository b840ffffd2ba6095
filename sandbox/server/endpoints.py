"""X's endpoints: paths, page sizes, rate limits, prices. All from X's documents (rate-limits, pricing; 2026-08-22)."""

from dataclasses import dataclass

WINDOW_SECONDS = 900


@dataclass(frozen=True)
class Endpoint:
    """One GET endpoint. Limits are requests per 15 minutes; None where that kind of token is refused."""

    name: str
    path: str
    # What `data` holds: users, posts, counts or usage. It decides which fields and expansions may be asked for.
    holds: str
    app_limit: int | None
    user_limit: int | None
    # What the bill counts: the same resource and id is charged once per UTC day.
    resource: str
    # Thousandths of a dollar per object returned (per request for counts).
    mills: int
    page: tuple[int, int, int] | None = None
    parameters: frozenset[str] = frozenset()
    # Whether reading one's own costs a thousandth of a dollar.
    is_owned: bool = False


PAGED = frozenset({"max_results", "pagination_token"})
TIMED = frozenset({"since_id", "until_id", "start_time", "end_time"})
SEARCH = PAGED | TIMED | {"query", "next_token", "sort_order"}
COUNT = TIMED | {"query", "next_token", "pagination_token", "granularity"}
THOUSAND, HUNDRED, TEN = (1, 1_000, 100), (1, 100, 100), (5, 100, 10)
LINE = PAGED | TIMED

ENDPOINTS = (
    Endpoint("users_me", "/2/users/me", "users", None, 75, "user", 10),
    Endpoint("users_by", "/2/users/by", "users", 300, 900, "user", 10, None, frozenset({"usernames"})),
    Endpoint("user_by", "/2/users/by/username/{username}", "users", 300, 900, "user", 10),
    Endpoint("reposts_of_me", "/2/users/reposts_of_me", "posts", None, 75, "post", 5, HUNDRED, PAGED),
    Endpoint("users", "/2/users", "users", 300, 900, "user", 10, None, frozenset({"ids"})),
    Endpoint("followers", "/2/users/{id}/followers", "users", 300, 300, "follower", 10, THOUSAND, PAGED, True),
    Endpoint("following", "/2/users/{id}/following", "users", 300, 300, "followed", 10, THOUSAND, PAGED, True),
    Endpoint("timeline", "/2/users/{id}/tweets", "posts", 10_000, 900, "post", 5, TEN, LINE | {"exclude"}, True),
    Endpoint("mentions", "/2/users/{id}/mentions", "posts", 450, 300, "post", 5, TEN, LINE, True),
    Endpoint("user", "/2/users/{id}", "users", 300, 900, "user", 10),
    Endpoint("posts", "/2/tweets", "posts", 3_500, 5_000, "post", 5, None, frozenset({"ids"})),
    Endpoint("search_recent", "/2/tweets/search/recent", "posts", 450, 300, "post", 5, (10, 100, 10), SEARCH),
    Endpoint("search_all", "/2/tweets/search/all", "posts", 300, None, "post", 5, (10, 500, 10), SEARCH),
    Endpoint("counts_recent", "/2/tweets/counts/recent", "counts", 300, None, "request", 5, None, COUNT),
    Endpoint("counts_all", "/2/tweets/counts/all", "counts", 300, None, "request", 10, None, COUNT),
    Endpoint("liking_users", "/2/tweets/{id}/liking_users", "users", None, 75, "liker", 10, HUNDRED, PAGED),
    Endpoint("reposted_by", "/2/tweets/{id}/retweeted_by", "users", 75, 75, "reposter", 10, HUNDRED, PAGED),
    Endpoint("quotes", "/2/tweets/{id}/quote_tweets", "posts", 75, 75, "post", 5, (10, 100, 10), PAGED | {"exclude"}),
    Endpoint("usage", "/2/usage/tweets", "usage", 50, None, "request", 0, None, frozenset({"days"})),
)  # fmt: skip
BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}
OWNED_MILLS = 1
EXPANDED_USER_MILLS, EXPANDED_POST_MILLS = 10, 5

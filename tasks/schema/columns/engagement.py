"""What posts receive: the level over 28 days of mature posts, and what came in on a day."""

from dataclasses import replace

from tasks.schema.column import Column

_TOO_FEW = "Null when the window has fewer mature posts than the gate, or none that states what it rests on."
_NO_INTERVAL = "No interval: it describes the posts read; geometric mean, mean and pooled rates carry one."
_BOOTSTRAP = "95 % percentile bootstrap over days, 1,000 seeded resamples"
_NO_BOOTSTRAP = "Null when the window's posts are fewer than the gate or lie on too few days, or the posts are alike."
_HOOTSUITE = "blog.hootsuite.com/calculate-engagement-rate, there as percent"

ENGAGEMENT_REASONS = ("no_posts_read", "too_few_posts")
_RECEIVED_SOURCES = ("export", "readings")
RECEIVED_REASONS = ("no_readings", "one_reading", "not_stated")


def with_interval(column: Column, method: str, null_rule: str) -> tuple[Column, Column, Column]:
    """The column and the two ends of its interval, within the same bounds."""
    low, high = (
        replace(
            column,
            name=f"{column.name}_{end}",
            meaning=f"{side} end of the interval of {column.name}.",
            formula=method,
            null_rule=null_rule,
        )
        for end, side in (("low", "Lower"), ("high", "Upper"))
    )
    return column, low, high


def _level(name: str, meaning: str, unit: str, formula: str, source: str = "") -> Column:
    maximum = 1 if name.endswith("_share") else None
    return Column(name, "float64", meaning, unit, formula, source, _TOO_FEW, minimum=0, maximum=maximum)


def _resampled(name: str, meaning: str, unit: str, formula: str, source: str = "") -> tuple[Column, ...]:
    return with_interval(_level(name, meaning, unit, formula, source), _BOOTSTRAP, _NO_BOOTSTRAP)


def _plain(name: str, meaning: str, unit: str, formula: str, source: str = "") -> Column:
    return _level(name, f"{meaning} {_NO_INTERVAL}", unit, formula, source)


def _rates(below: str, words: str) -> tuple[Column, ...]:
    name, said = f"engagement_by_{below}", f"Engagement per {words}"
    return (
        *_resampled(f"{name}_pooled_rate", f"{said}, all posts together.", "1", f"sum E / sum {below}", _HOOTSUITE),
        _plain(f"{name}_median_rate", f"{said}, median of the posts.", "1", f"median of E / {below}", _HOOTSUITE),
        _plain(f"{name}_mean_rate", f"{said}, mean of the posts' ratios.", "1", f"mean of E / {below}", _HOOTSUITE),
    )


def _kind(name: str, what: str) -> tuple[Column, Column]:
    unit, source = "events per post", "kaushik.net; truesocialmetrics.com"
    per_thousand = f"{unit} and 1,000 followers"
    thousand = ("1,000 x sum / sum of followers on the posting days", source)
    return (
        _plain(f"{name}_per_post", f"{what} per post.", unit, "sum / posts", source),
        _plain(f"{name}_per_thousand_followers", f"{what} per post and 1,000 followers.", per_thousand, *thousand),
    )


POST_COVERAGE_SHARE = Column(
    "post_coverage_share",
    "float64",
    "Share of the known own posts of the window that were read at maturity.",
    unit="1",
    minimum=0,
    maximum=1,
    null_rule="Null when no own post of the window is known.",
)
MATURE_POSTS_COUNT = Column(
    "mature_posts_count",
    "int64",
    "Own posts created in (t-30, t-2], read at 48 hours of age or more, whose engagement is known.",
    unit="posts",
    minimum=0,
)
POST_DAYS_COUNT = Column(
    "post_days_count", "int64", "Days of that window with such posts: the blocks of the bootstrap.", "days", minimum=0
)
ENGAGEMENT_REASON = Column(
    "engagement_reason",
    "string",
    "Why the levels of engagement are missing: no own post of the window was read, or too few.",
    values=ENGAGEMENT_REASONS,
    null_rule="Null when the levels are known.",
)
_PER_POST = "engagements per post"
LEVEL_COLUMNS = (
    *_resampled("engagement_geometric_mean", "Typical engagement of a post.", _PER_POST, "expm1(mean of ln(1 + E))"),
    _plain("engagement_median", "Median engagement of a post.", _PER_POST, "median of E"),
    *_resampled("engagement_mean", "Mean engagement of a post.", _PER_POST, "mean of E"),
    _plain("engagement_p90", "Engagement that one post in ten exceeds.", _PER_POST, "quantile 0.9 of E"),
    *_resampled("zero_engagement_share", "Share of posts without engagement.", "1", "posts with E = 0 / posts"),
    *_rates("followers", "follower of the posting day"),
    *_rates("impressions", "impression; one person may count many times"),
    _plain(
        "engagement_by_impressions_shrunk_rate",
        "Engagement per impression, drawn toward that of the 90 days before where impressions are few.",
        "1",
        "m + w (r - m), w = A / (A + m / I); m and A from the posts of the reference window",
        "Marshall 1991, empirical Bayes",
    ),
    _plain("save_rate", "Bookmarks per impression.", "1", "sum bookmarks / sum impressions"),
    _plain(
        "impressions_per_follower",
        "Impressions of a post per follower of the posting day.",
        "impressions per follower",
        "sum impressions / sum followers",
    ),
    *_kind("conversation", "Replies"),
    *_kind("amplification", "Reposts and, where stated, quotes"),
    *_kind("applause", "Likes"),
    _plain("reply_like_ratio", "Replies per like.", "1", "sum replies / sum likes"),
    _plain(
        "repost_reply_ratio",
        "RMr: posts that were reposted plus posts that were replied to, per post, 0 to 2.",
        "1",
        "(posts with a repost + posts with a reply) / posts",
        "Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951",
    ),
    _plain("inbound_actions_per_post", "Mean engagement of the mature posts of 90 days.", _PER_POST, "mean of E"),
    MATURE_POSTS_COUNT,
    POST_DAYS_COUNT,
    POST_COVERAGE_SHARE,
    ENGAGEMENT_REASON,
)

_NOT_RECEIVED = "Null when neither an export states it nor two readings of a post show it; received_reason says why."


def _received(kind: str) -> Column:
    meaning = f"Net {kind} that came in on the day over all own posts; below 0 when more was withdrawn than given."
    formula = "the export's day total, or the sum over posts of this reading - the reading of an earlier day"
    return Column(f"received_{kind}_delta", "int64", meaning, kind, formula, "", _NOT_RECEIVED)


RECEIVED_COLUMNS = (
    _received("engagement"),
    *(_received(kind) for kind in ("likes", "replies", "reposts", "quotes", "bookmarks", "impressions")),
    Column(
        "received_per_follower",
        "float64",
        "Net engagement of the day per follower of the day; counted, not sampled, so without interval.",
        unit="engagements per follower",
        formula="received_engagement_delta / followers_count",
        source=_HOOTSUITE,
        null_rule="Null when either is unknown or there are no followers.",
    ),
    Column(
        "received_coverage_share",
        "float64",
        "Share of the own posts read on the day that had been read on an earlier day.",
        unit="1",
        minimum=0,
        maximum=1,
        null_rule="Null when the export states the day or no own post was read.",
    ),
    Column(
        "received_span_days",
        "int64",
        "Most days that lie between the two readings of a post: above 1 the figures hold more than this day.",
        unit="days",
        minimum=1,
        null_rule="Null unless the figures come from two readings.",
    ),
    Column(
        "received_source",
        "string",
        "Whether an export states what came in on the day or two readings show it.",
        values=_RECEIVED_SOURCES,
        null_rule="Null when it is unknown.",
    ),
    Column(
        "received_reason",
        "string",
        "Why it is unknown: no own post was read on the day, none for a second time, or not all counts were stated.",
        values=RECEIVED_REASONS,
        null_rule="Null when it is known.",
    ),
)

ENGAGEMENT_COLUMNS = (*LEVEL_COLUMNS, *RECEIVED_COLUMNS)

"""The two vocabularies of X: tweet (OpenAPI 2.159) and post (OpenAPI 2.167)."""

from dataclasses import dataclass

USER_FIELDS = frozenset({
    "confirmed_email", "connection_status", "created_at", "description", "entities", "id",
    "is_identity_verified", "location", "name", "parody", "profile_banner_url", "profile_image_url", "protected",
    "public_metrics", "receives_your_dm", "subscription", "subscription_type", "url", "username", "verified",
    "verified_followers_count", "verified_type", "withheld",
})  # fmt: skip
POST_FIELDS = frozenset({
    "article", "attachments", "card_uri", "community_id", "context_annotations", "conversation_id", "created_at",
    "display_text_range", "edit_controls", "entities", "geo", "id", "lang", "media_metadata",
    "non_public_metrics", "organic_metrics", "possibly_sensitive", "promoted_metrics", "public_metrics",
    "reply_settings", "scopes", "source", "suggested_source_links", "suggested_source_links_with_counts", "text",
    "withheld",
})  # fmt: skip
POST_EXPANSIONS = frozenset({
    "article.cover_media", "article.media_entities", "attachments.media_keys", "attachments.media_source_tweet",
    "attachments.poll_ids", "author_id", "entities.mentions.username", "geo.place_id", "in_reply_to_user_id",
})  # fmt: skip
MEDIA_FIELDS = frozenset({
    "alt_text", "duration_ms", "height", "media_key", "non_public_metrics", "organic_metrics", "preview_image_url",
    "promoted_metrics", "public_metrics", "type", "url", "variants", "width",
})  # fmt: skip
POLL_FIELDS = frozenset({"duration_minutes", "end_datetime", "id", "options", "voting_status"})
PLACE_FIELDS = frozenset({
    "contained_within", "country", "country_code", "full_name", "geo", "id", "name", "place_type",
})  # fmt: skip
OTHER_FIELDS = {"media.fields": MEDIA_FIELDS, "poll.fields": POLL_FIELDS, "place.fields": PLACE_FIELDS}
USAGE_FIELDS = frozenset(
    ["cap_reset_day", "daily_client_app_usage", "daily_project_usage", "project_cap", "project_id", "project_usage"]
)


@dataclass(frozen=True)
class Vocabulary:
    """The words of one OpenAPI version, where the two differ."""

    name: str
    # "tweet" or "post", as in `tweet.fields`, `most_recent_tweet_id`, `tweet_count`.
    word: str
    repost_count: str
    references: str
    reference_expansion: str
    user_fields: frozenset[str]
    user_expansions: frozenset[str]
    post_fields: frozenset[str]
    post_expansions: frozenset[str]
    # Fields that every post shows unasked.
    default_post_fields: tuple[str, ...]
    problems: str
    # Whether empty lists and nulls are sent, and whether usage is a string.
    sends_empty: bool

    @property
    def post_fields_parameter(self) -> str:
        """The parameter that chooses post fields."""
        return f"{self.word}.fields"


TWEET = Vocabulary(
    name="tweet",
    word="tweet",
    repost_count="retweet_count",
    references="referenced_tweets",
    reference_expansion="referenced_tweets.id",
    user_fields=USER_FIELDS | {"affiliation", "most_recent_tweet_id", "pinned_tweet_id"},
    user_expansions=frozenset({"affiliation.user_id", "most_recent_tweet_id", "pinned_tweet_id"}),
    post_fields=POST_FIELDS
    | {"author_id", "in_reply_to_user_id", "referenced_tweets", "edit_history_tweet_ids", "note_tweet"},
    post_expansions=POST_EXPANSIONS
    | {
        "edit_history_tweet_ids",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
        "referenced_tweets.id.attachments.media_keys",
        "entities.note.mentions.username",
    },
    default_post_fields=("id", "text", "edit_history_tweet_ids"),
    problems="https://api.twitter.com/2/problems/",
    sends_empty=False,
)
POST = Vocabulary(
    name="post",
    word="post",
    repost_count="repost_count",
    references="referenced_posts",
    reference_expansion="referenced_posts",
    user_fields=USER_FIELDS | {"subscribes_to_you"},
    user_expansions=frozenset({"affiliation", "most_recent_post_id", "pinned_post_id"}),
    post_fields=POST_FIELDS
    | {"note_post", "article_title", "matched_media_notes", "note_request_suggestions", "paid_partnership"},
    post_expansions=POST_EXPANSIONS | {"edit_history_post_ids", "referenced_posts", "username"},
    default_post_fields=("id", "text"),
    problems="https://api.x.com/2/problems/",
    sends_empty=True,
)
VOCABULARIES = {"tweet": TWEET, "post": POST}

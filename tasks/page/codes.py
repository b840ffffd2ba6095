"""What each code of the tables means, in plain words: one place for the page and the terminal."""

from collections.abc import Mapping

CODE_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "counts_reason": {
        "not_observed": "nothing was read on that day",
        "no_anchor": "the export states changes only, and no follower count was given to start from",
        "not_in_source": "the source does not state it",
    },
    "vanity_reason": {
        "no_followers_count": "the follower count was not read",
        "no_following_count": "how many the account follows was not read",
    },
    "engagement_reason": {
        "no_posts_read": "no own post of the last weeks was read",
        "too_few_posts": "too few own posts of the last weeks have settled",
    },
    "received_reason": {
        "no_readings": "no own post was read on that day",
        "one_reading": "no own post was read a second time yet",
        "not_stated": "not all counts of the posts were stated",
    },
    "community_reason": {
        "engagers_not_read": "nobody was read by name",
        "no_followers_count": "the follower count was not read",
        "followers_not_read": "the follower list was not read",
        "too_few_days": "fewer than 56 days are known, so it cannot be told how many came back",
    },
    "pace_reason": {
        "no_posts_read": "no own post was read",
        "too_few_posts": "too few own posts are known to compare with the 90 days before",
        "too_few_post_days": "own posts lie on too few days to compare with the 90 days before",
        "no_engagement": "hardly anybody engaged in the windows compared",
        "too_few_counts": "too few days with a follower count are known",
        "no_followers_count": "the follower count of the day was not read",
    },
    "cross_section_reason": {
        "too_few_accounts": "fewer than 30 accounts are tracked",
        "no_level": "the account's own level of engagement is not known",
    },
    "unread_reason": {
        "budget": "the day's budget was spent",
        "protected": "the account shows its posts to approved followers only",
        "suspended": "X has suspended the account",
        "not_found": "X knows no such account any more",
        "forbidden": "X does not allow these credentials to read it",
        "rate_limit": "X asked to come back later",
        "credits": "the credits held with X are used up",
        "unauthorized": "X did not accept the credentials",
        "fault": "X did not answer as it should",
        "level": "it is not read at this account's level",
        "loop": "the list goes round: X showed the same part of it again and again",
        "short": "the list ended far short of the follower count",
        "no_authors": "X tells who wrote mentions and quotes only with `authors = true`",
    },
    "rejection_reason": {
        "no_id": "no id",
        "no_count": "no count",
        "no_time": "no time, or one that cannot be",
        "no_text": "no text",
        "no_flag": "neither true nor false",
        "no_reference": "no reference to a post",
        "not_asked_for": "nobody asked for it",
        "repost": "a repost among quotes",
        "no_author": "its author was not told",
        "no_lexicon": "not as Bluesky's lexicon says",
        "protected": "shown to approved followers only",
        "suspended": "its author is suspended",
        "not_found": "there is no such post any more",
        "forbidden": "not shown",
    },
    "unexplained_reason": {
        "past_too_short": "too little of the past is known to judge the day",
        "no_followers_count": "the follower count of the day was not read",
    },
    "list_reason": {
        "too_few_followers": "too few to look for blocks among them",
        "out_of_order": "the list is in no follow order and so unusable: nobody in it is suspected, and nobody cleared",
    },
    "observation_level": {
        "counts": "counts only: nothing can be said of posts, of who follows or of who engages",
        "posts": "counts and own posts: nothing can be said of who follows",
        "sample": "counts, own posts and a sample of followers: nothing can be said of followers outside of it",
        "full": "counts, own posts and the follower list",
    },
    "explanation": {
        "organic_post": "an own post that took off",
        "organic_mention": "being mentioned by others",
        "annotation": "what you say of these days",
        "unexplained_wave": "a wave that the account's activity did not bring",
        "platform_purge": "the platform removing accounts",
        "data_fault": "a wrong reading",
        "other": "something that is not looked for",
    },
    "evidence_code": {
        "own_post_took_off": "an own post took off",
        "own_post_too_small": "the post was too small for it",
        "follows_per_engagement": "follows beside the engagement of their days",
        "follows_per_visit": "follows beside the profile visits of their days",
        "others_rose_too": "other accounts rose on the same days",
        "block_in_list": "they stand as a block in the follower list",
        "user_annotation": "what you say of these days",
        "mention_by_large_account": "a large account mentioned it",
        "many_voices": "many voices mentioned it",
        "unlike_followers_before": "unlike the followers before",
        "unlike_in_age": "unlike them in age of account",
        "alike_among_themselves": "more alike than people are",
        "created_together": "accounts created together",
        "never_gave_a_like": "never gave a like",
        "engagement_response": "whether they engaged since",
        "impressions_rose": "impressions rose",
        "profile_visits_rose": "profile visits rose",
        "followed_many_before": "the account followed many before",
        "reading_came_back": "the reading came back",
        "list_shows_no_arrivals": "the list shows no arrivals",
        "move_was_undone": "the move was undone",
        "others_dropped_too": "other accounts dropped too",
        "round_number": "a round number",
        "arrivals_left_again": "they left again",
    },
}
"""By the column in which the codes stand."""


def explain_code(column: str, code: object) -> str:
    """The code of a column in plain words; a code of a later schema is shown as it stands, without underscores.

    >>> explain_code("unread_reason", "budget"), explain_code("unread_reason", "moon_phase")
    ("the day's budget was spent", 'moon phase')
    """
    return CODE_MEANINGS[column].get(str(code), str(code).replace("_", " "))

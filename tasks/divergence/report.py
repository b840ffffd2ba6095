"""Judged events and their evidence as rows of the report tables."""

import numpy as np
import pandas as pd

from tasks.divergence.wording import event_sentences

_RENAMED = {
    "kind": "event_kind",
    "observed_count": "observed_followers_delta",
    "expected_count": "expected_followers_delta",
    "expected_low_count": "expected_followers_delta_low",
    "expected_high_count": "expected_followers_delta_high",
    "unexplained_count": "unexplained_followers_count",
    "unexplained_low_count": "unexplained_followers_count_low",
    "unexplained_high_count": "unexplained_followers_count_high",
    "z": "largest_z",
}
_WHOLE = [
    "observed_followers_delta",
    "unexplained_followers_count",
    "unexplained_followers_count_low",
    "unexplained_followers_count_high",
    "before_followers_count",
]


POST_LINK = "https://x.com/i/status/"
SOURCES_OF_X = ("x_api", "content_csv", "archive")


def event_ids(events: pd.DataFrame) -> pd.Series:
    """account/first day/kind: the name by which an event is found again in a later run."""
    day = events["first_date"].dt.strftime("%Y-%m-%d")
    return pd.Series(events["account_id"].astype(str) + "/" + day + "/" + events["kind"].astype(str))


def divergence_events(
    judged: pd.DataFrame, evidence: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Rows of `divergence_events`: judged events with their sentence, what was missing and how the verdict came about.

    `judged` holds events, verdicts, unexplained counts, facts and `<explanation>_probability`, side by side;
    `earlier` holds the rows that stood before (`event_id`, `verdict`, `verdict_history`), or none.
    """
    rows = judged.rename(columns=_RENAMED).assign(
        event_id=event_ids(judged),
        judged_date=as_of,
        summary=event_sentences(judged, evidence),
        missing_evidence=missing_evidence(judged),
        **explaining_posts(judged, evidence),
        closed_date=None,
        closed_reason=None,
    )
    rows[_WHOLE] = rows[_WHOLE].round().astype("Int64")
    return rows.assign(verdict_history=verdict_history(rows, earlier, as_of))


def explaining_posts(judged: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, pd.Series]:
    """Id and link of the post that explains an event: only where one was read, took off, and is the verdict."""
    spoke = evidence[(evidence["evidence_code"] == "own_post_took_off") & (evidence["weight_nats"] > 0)]
    took_off = judged.index.isin(spoke["event"]) & (judged["verdict"] == "organic_post")
    post = judged["best_post_id"].where(took_off)
    link = POST_LINK + post.astype("string")
    return {
        "explaining_post_id": post,
        "explaining_post_url": link.where(judged["best_post_source"].isin(SOURCES_OF_X)),
    }


def verdict_history(rows: pd.DataFrame, earlier: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """`day verdict` for each change, oldest first; a verdict that did not change adds nothing."""
    said = earlier.set_index("event_id")
    # Where nothing was said before, the map is one of numbers, none of which is known.
    past = rows["event_id"].map(said["verdict_history"]).astype("object").fillna("")
    last = rows["event_id"].map(said["verdict"])
    now = as_of.strftime("%Y-%m-%d ") + rows["verdict"]
    grown = past.where(past == "", past + "; ") + now
    return past.where(last == rows["verdict"], grown)


def event_evidence(rows: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Rows of `event_evidence`: each piece with the event to which it belongs and its meaning in words."""
    place = rows["event"].to_numpy(dtype=np.int64)
    named = judged.assign(event_id=event_ids(judged))[["account_id", "event_id", "first_date"]].iloc[place]
    figures = rows.reset_index(drop=True).assign(
        evidence_meaning=rows["evidence_code"].map(MEANINGS).to_numpy(),
        evidence_value=rows["evidence_value"].replace([np.inf, -np.inf], np.nan).to_numpy(),
    )
    return pd.concat([named.reset_index(drop=True), figures.drop(columns="event")], axis=1)


MEANINGS = {
    "own_post_took_off": "Distance of the largest own post around the first day from own posts before, in spreads.",
    "own_post_too_small": "Arrivals beyond the usual per engagement that the post received.",
    "mention_by_large_account": "Followers of the largest account that mentioned it, per arrival beyond the usual.",
    "many_voices": "Distance of the number of mentions from the usual, in Poisson spreads.",
    "unlike_followers_before": "Smallest share of the excess arrivals that cannot be like the followers before.",
    "unlike_in_age": "Smallest share of the excess arrivals whose age at the follow is unlike that of those before.",
    "created_together": "Share of settled accounts created within 7 days, over the same among followers before.",
    "alike_among_themselves": "Ln of how much less their counts spread than those of the followers before.",
    "never_gave_a_like": "Rise of the share that never gave a like, per excess arrival.",
    "engagement_response": "Share of the arrivals who engaged since.",
    "impressions_rose": "Impressions of the days that brought the arrivals over the median day before.",
    "profile_visits_rose": "Profile visits of the days that brought the arrivals over the median day before.",
    "follows_per_engagement": "Arrivals per engagement of their days that is no follow itself.",
    "follows_per_visit": "Arrivals per profile visit of their days.",
    "followed_many_before": "Accounts newly followed by the account itself per arrival beyond the usual.",
    "reading_came_back": "1 where the count returned to where it would have stood.",
    "list_shows_no_arrivals": "Arrivals in the list per follower that the count gained.",
    "move_was_undone": "1 where another move of the count alone takes this one back.",
    "others_dropped_too": "Share of the other tracked accounts that fell on the same days.",
    "others_rose_too": "Share of the other tracked accounts that rose on the same days.",
    "block_in_list": "Part of the arrivals that stands as blocks in a follower list.",
    "user_annotation": "1 where an annotation of the user says what explains it.",
    "round_number": "Arrivals beyond the usual.",
    "arrivals_left_again": "Share of the arrivals gone within 7 days.",
}

_MISSING = {
    "post_z": "own posts",
    "usual_mentions_count": "mentions",
    "listed_arrivals_count": "the follower list",
    "impressions_ratio": "an analytics export",
    "engagers_read_share": "who engages",
}


def missing_evidence(facts: pd.DataFrame) -> pd.Series:
    """Per event what was not observed, joined by semicolons; null when nothing is missing."""
    texts = pd.Series("", index=facts.index, dtype=object)
    for column, words in _MISSING.items():
        is_missing = facts[column].isna()
        if column == "listed_arrivals_count" and "cohort_count" in facts:
            # A list that was read later shows who came, if not how many on which day.
            is_missing &= ~(facts["cohort_count"] > 0)
        texts = texts + is_missing.map({True: words + "; ", False: ""})
    return texts.str.removesuffix("; ").mask(texts == "")

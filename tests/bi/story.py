"""A month of three invented accounts, small enough to answer every question by hand.

Frank's count jumps on 15 July and his community stays; Stan grows with his; of Quinn only counts were read.
"""

from datetime import date

from tests.bi.invented import Written

TODAY = date(2026, 7, 28)
BEFORE = date(2026, 6, 30)
FRANK, STAN, QUINN = (
    {"account_id": number, "handle": handle} for number, handle in (("1", "frank"), ("2", "stan"), ("3", "quinn"))
)

ACCOUNTS: Written = [
    {**account, "first_report_date": date(2026, 6, 15), "last_report_date": TODAY} for account in (FRANK, STAN, QUINN)
]

ACCOUNT_DAILY: Written = [
    {
        **FRANK,
        "report_date": date(2026, 6, 15),
        "followers_count": 1_500,
        "pace_state": "in_step",
        "vanity_gap": 1.0,
        "retention_28d_share": 0.40,
    },
    {
        **FRANK,
        "report_date": BEFORE,
        "followers_count": 1_600,
        "spent_usd": 100.0,
        "engagers_count_28d": 40,
        "pace_state": "in_step",
        "vanity_gap": 0.5,
        "retention_28d_share": 0.50,
    },
    {
        **FRANK,
        "report_date": date(2026, 7, 20),
        "followers_count": 18_600,
        "spent_usd": 5.0,
        "pace_state": "outrunning",
        "vanity_gap": 10.0,
        "klout_style_score": 51.0,
    },
    {**FRANK, "report_date": date(2026, 7, 21), "pace_state": "insufficient_data", "unread_reason": "budget"},
    {
        **FRANK,
        "report_date": TODAY,
        "followers_count": 18_000,
        "spent_usd": 1.1,
        "engagers_count_28d": 38,
        "engaged_followers_count_28d": 30,
        "pace_state": "outrunning",
        "audience_score": 53.2,
        "community_score": 39.7,
        "vanity_gap": 13.5,
        "vanity_gap_low": 12.0,
        "vanity_gap_high": 15.0,
        "hollow_share": 0.9166,
        "community_equivalent_followers": 1_500.4,
        "community_equivalent_followers_low": 1_200.2,
        "community_equivalent_followers_high": 1_900.6,
        "klout_style_score": 50.0,
        "klout_style_score_without_unexplained": 38.0,
        "klout_style_score_without_unexplained_low": 37.5,
        "klout_style_score_without_unexplained_high": 38.4,
        "present_unexplained_followers_count": 16_400,
        "present_unexplained_followers_count_low": 16_000,
        "present_unexplained_followers_count_high": 16_800,
        "retention_28d_share": 0.60,
        "retention_28d_share_low": 0.43,
        "retention_28d_share_high": 0.75,
    },
    {**STAN, "report_date": BEFORE, "followers_count": 3_000, "engagers_count_28d": 50},
    {**STAN, "report_date": date(2026, 7, 27), "followers_count": 3_090, "pace_state": "outrunning", "vanity_gap": 2.0},
    {
        **STAN,
        "report_date": TODAY,
        "followers_count": 3_100,
        "spent_usd": 2.1,
        "engagers_count_28d": 60,
        "engaged_followers_count_28d": 0,
        "pace_state": "in_step",
        "audience_score": 43.6,
        "community_score": 42.1,
        "vanity_gap": 1.5,
        "community_equivalent_followers": 2_400.0,
        "community_equivalent_followers_low": 2_000.0,
        "community_equivalent_followers_high": 3_200.0,
        "klout_style_score": 45.0,
        "klout_style_score_without_unexplained": 45.0,
        "present_unexplained_followers_count": 0,
    },
    {
        **QUINN,
        "report_date": TODAY,
        "followers_count": 650,
        "pace_state": "insufficient_data",
        "pace_reason": "no_posts_read",
        "engagement_reason": "no_posts_read",
    },
]

DIVERGENCE_EVENTS: Written = [
    {
        **FRANK,
        "event_id": "1/2026-05-01/jump",
        "first_date": date(2026, 5, 1),
        "last_date": date(2026, 5, 2),
        "event_kind": "jump",
        "verdict": "undetermined",
        "observed_followers_delta": 120,
        "unexplained_followers_count": 100,
    },
    {
        **FRANK,
        "event_id": "1/2026-07-15/jump",
        "first_date": date(2026, 7, 15),
        "last_date": date(2026, 7, 16),
        "event_kind": "jump",
        "verdict": "unexplained_wave",
        "verdict_probability": 0.9987,
        "observed_followers_delta": 16_991,
        "expected_followers_delta": 4.04,
        "unexplained_followers_count": 16_987,
        "missing_evidence": "mentions; an analytics export",
    },
    {
        **STAN,
        "event_id": "2/2026-06-20/drip",
        "first_date": date(2026, 6, 20),
        "last_date": date(2026, 7, 11),
        "event_kind": "drip",
        "verdict": "organic_post",
        "observed_followers_delta": 90,
        "unexplained_followers_count": 0,
    },
    {
        **STAN,
        "event_id": "2/2026-07-20/drop",
        "first_date": date(2026, 7, 20),
        "last_date": date(2026, 7, 20),
        "event_kind": "drop",
        "verdict": "platform_purge",
        "observed_followers_delta": -30,
    },
]

ACCOUNT_SUMMARY: Written = [
    {**FRANK, "report_date": TODAY, "unexplained_first_date": date(2026, 7, 15)},
    {**STAN, "report_date": TODAY},
    {**QUINN, "report_date": TODAY},
]

EVENT_EVIDENCE: Written = [
    {
        **FRANK,
        "event_id": "1/2026-07-15/jump",
        "first_date": date(2026, 7, 15),
        "evidence_code": code,
        "explanation": explanation,
        "weight_nats": weight,
    }
    for code, explanation, weight in (
        ("created_together", "unexplained_wave", 3.523),
        ("own_post_too_small", "organic_post", -5.2),
    )
]

ARRIVAL_COHORTS: Written = [
    {
        **FRANK,
        "event_id": "1/2026-07-15/jump",
        "first_date": date(2026, 7, 15),
        "last_date": date(2026, 7, 16),
        "cohort_count": 100,
        "response_days": 7,
        "engaged_count": 5,
        "before_newcomer_count": 40,
        "before_engaged_count": 10,
        "stayed_1d_share": 0.99,
    },
    {
        **STAN,
        "event_id": "2/2026-06-20/drip",
        "first_date": date(2026, 6, 20),
        "last_date": date(2026, 7, 11),
        "cohort_count": 50,
        "response_days": -1,
    },
]


def _member(account: dict[str, str], day: date, member: str, days: int, actions: int) -> dict[str, object]:
    said: dict[str, object] = {**account, "report_date": day, "member_id": member, "is_follower": True}
    return said | {"member_days_count_28d": days, "member_actions_count_28d": actions, "member_last_date": day}


COMMUNITY_MEMBERS: Written = [
    _member(FRANK, date(2026, 6, 2), "ann", 9, 9),
    _member(FRANK, BEFORE, "ann", 8, 9),
    _member(FRANK, BEFORE, "bob", 12, 30),
    _member(FRANK, date(2026, 7, 27), "bob", 11, 28),
    _member(FRANK, TODAY, "ann", 1, 1),
    *(_member(FRANK, TODAY, f"member-{number:02}", 2, number) for number in range(60)),
    _member(STAN, TODAY, "ann", 3, 3),
]

POST_ENGAGEMENT: Written = [
    {
        **FRANK,
        "post_id": str(number),
        "maturity_date": day,
        "impression_count": impressions,
        "engagement_count": engagements,
        "posting_followers_count": followers,
    }
    for number, (day, impressions, engagements, followers) in enumerate(
        [
            (date(2026, 6, 20), 1_000, 20, 1_600),
            (date(2026, 6, 21), 600, 20, 1_600),
            (date(2026, 6, 22), None, 9, 1_600),
            (date(2026, 7, 20), 900, 27, 18_000),
            (date(2026, 7, 21), 0, 0, None),
        ]
    )
]

REPORTS: dict[str, Written] = {
    "accounts": ACCOUNTS,
    "account_daily": ACCOUNT_DAILY,
    "account_summary": ACCOUNT_SUMMARY,
    "divergence_events": DIVERGENCE_EVENTS,
    "event_evidence": EVENT_EVIDENCE,
    "arrival_cohorts": ARRIVAL_COHORTS,
    "community_members": COMMUNITY_MEMBERS,
    "post_engagement": POST_ENGAGEMENT,
}

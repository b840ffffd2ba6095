-- Which accounts have the widest gap between the score of their count and the score of their community?
-- Each account on the newest day on which its gap is known; where it never was, pace_reason of its newest day says why.
with newest as (
    select
        account_id, handle, report_date, followers_count, audience_score, community_score, vanity_gap,
        vanity_gap_low, vanity_gap_high, hollow_share, hollow_share_low, hollow_share_high, pace_state, pace_reason
    from 'latest/account_daily.parquet'
    qualify row_number() over (
        partition by account_id order by vanity_gap is not null desc, report_date desc
    ) = 1
)
select
    row_number() over (order by vanity_gap desc nulls last, handle) as place,
    handle, account_id, report_date, followers_count,
    round(audience_score, 2) as audience_score,
    round(community_score, 2) as community_score,
    round(vanity_gap, 2) as vanity_gap,
    round(vanity_gap_low, 2) as vanity_gap_low,
    round(vanity_gap_high, 2) as vanity_gap_high,
    round(hollow_share, 3) as hollow_share,
    round(hollow_share_low, 3) as hollow_share_low,
    round(hollow_share_high, 3) as hollow_share_high,
    pace_state, pace_reason
from newest
order by place;

-- Since when, and by how many followers, is each account's count ahead of its community?
-- Each account on the newest day on which its gap is known. since_date is the first day of the rise that is not explained,
-- or of which it cannot be told; null: no such rise. The gap compares windows of 28 days, so it shows days later: its
-- outrunning_since is the first day of the unbroken stretch that reaches to the newest day; days of unknown state neither
-- break nor begin a stretch. Null: not ahead on that day.
with known as (
    select
        account_id, handle, report_date, followers_count, pace_state, community_equivalent_followers,
        community_equivalent_followers_low, community_equivalent_followers_high,
        present_unexplained_followers_count, present_unexplained_followers_count_low,
        present_unexplained_followers_count_high
    from 'latest/account_daily.parquet'
    where vanity_gap is not null
),
steps as (
    select account_id, max(report_date) filter (where pace_state <> 'outrunning') as last_in_step
    from known
    group by account_id
),
stretches as (
    select account_id, min(report_date) as outrunning_since
    from known join steps using (account_id)
    where last_in_step is null or report_date > last_in_step
    group by account_id
),
rises as (
    select account_id, unexplained_first_date as since_date
    from 'latest/account_summary.parquet'
)
select
    handle, account_id, report_date, since_date, outrunning_since, followers_count,
    round(community_equivalent_followers)::bigint as community_equivalent_followers,
    followers_count - round(community_equivalent_followers)::bigint as followers_ahead,
    followers_count - round(community_equivalent_followers_high)::bigint as followers_ahead_low,
    followers_count - round(community_equivalent_followers_low)::bigint as followers_ahead_high,
    present_unexplained_followers_count, present_unexplained_followers_count_low,
    present_unexplained_followers_count_high
from known
left join stretches using (account_id)
left join rises using (account_id)
qualify row_number() over (partition by account_id order by report_date desc) = 1
order by followers_ahead desc, handle;

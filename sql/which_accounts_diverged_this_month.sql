-- Which accounts diverged this month, since when, and by how many followers?
-- The month is that of the newest report day. An account diverged when a rise that its activity does not explain
-- runs in the month, or when its count outruns its community on a day of the month.
with this_month as (
    select date_trunc('month', max(report_date))::date as first_day, max(report_date) as last_day
    from 'latest/account_daily.parquet'
),
rises as (
    select
        account_id,
        min(first_date) as rising_since,
        sum(unexplained_followers_count)::bigint as unexplained_followers_count,
        string_agg(distinct verdict, ', ' order by verdict) as verdicts
    from 'latest/divergence_events.parquet', this_month
    where first_date <= last_day and last_date >= first_day and unexplained_followers_count > 0
    group by account_id
),
days as (
    select account_id, min(report_date) as outrunning_since, count(*) as outrunning_days_count
    from 'latest/account_daily.parquet', this_month
    where report_date >= first_day and pace_state = 'outrunning'
    group by account_id
)
select
    handle, account_id, rising_since, unexplained_followers_count, verdicts, outrunning_since,
    coalesce(outrunning_days_count, 0) as outrunning_days_count
from 'latest/accounts.parquet'
left join rises using (account_id)
left join days using (account_id)
where rising_since is not null or outrunning_since is not null
order by unexplained_followers_count desc nulls last, outrunning_days_count desc, handle;

-- What did reading each account cost in the last 28 days, and what per follower who engaged in them?
-- What was read for several accounts at once is shared among them already; null where X was never asked.
with last_day as (
    select max(report_date) as day from 'latest/account_daily.parquet'
),
cost as (
    select account_id, sum(spent_usd) as spent_usd
    from 'latest/account_daily.parquet', last_day
    where report_date > day - 28 and report_date <= day
    group by account_id
),
engaged as (
    select account_id, engaged_followers_count_28d
    from 'latest/account_daily.parquet', last_day
    where report_date = day
)
select
    handle, account_id,
    round(cost.spent_usd, 4) as spent_usd,
    engaged_followers_count_28d,
    round(cost.spent_usd / nullif(engaged_followers_count_28d, 0), 4) as usd_per_engaged_follower
from 'latest/accounts.parquet'
left join cost using (account_id)
left join engaged using (account_id)
order by usd_per_engaged_follower desc nulls last, handle;

-- What did reading each account cost in the last 28 days, and what per follower who engaged in them?
-- Prices stand with the requests, outside of the reports: this question alone reads ../staged/api_spend.
-- A request's id names its account; what was read for several accounts at once is shared evenly among all accounts.
with last_day as (
    select max(report_date) as day from 'latest/account_daily.parquet'
),
requests as (
    select split_part(request_id, '/', 2) as account_id, price_usd
    from read_parquet('../staged/api_spend/*/*.parquet', hive_partitioning = true), last_day
    where spend_date > day - 28 and spend_date <= day
),
own as (
    select account_id, sum(price_usd) as own_usd from requests group by account_id
),
shared as (
    select coalesce(sum(own_usd), 0) / (select count(*) from 'latest/accounts.parquet') as shared_usd
    from own
    where account_id not in (select account_id from 'latest/accounts.parquet')
),
engaged as (
    select account_id, engaged_followers_count_28d
    from 'latest/account_daily.parquet', last_day
    where report_date = day
)
select
    handle, account_id,
    round(coalesce(own_usd, 0) + shared_usd, 4) as spent_usd,
    engaged_followers_count_28d,
    round(spent_usd / nullif(engaged_followers_count_28d, 0), 4) as usd_per_engaged_follower
from 'latest/accounts.parquet'
cross join shared
left join own using (account_id)
left join engaged using (account_id)
order by usd_per_engaged_follower desc nulls last, handle;

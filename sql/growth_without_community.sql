-- Which accounts gained followers in the last 28 days while the people who engage did not become more?
-- The newest day of all beside the day 28 days before; an account of which any of the four counts is unknown has no row.
with last_day as (
    select max(report_date) as day from 'latest/account_daily.parquet'
),
then_and_now as (
    select
        account_id,
        any_value(followers_count) filter (where report_date = day - 28) as followers_before_count,
        any_value(followers_count) filter (where report_date = day) as followers_count,
        any_value(engagers_count_28d) filter (where report_date = day - 28) as engagers_before_count,
        any_value(engagers_count_28d) filter (where report_date = day) as engagers_count
    from 'latest/account_daily.parquet', last_day
    where report_date in (day, day - 28)
    group by account_id
)
select
    handle, account_id, then_and_now.followers_before_count, then_and_now.followers_count,
    then_and_now.followers_count - followers_before_count as followers_gained,
    round(then_and_now.followers_count / nullif(followers_before_count, 0) - 1, 4) as followers_growth,
    engagers_before_count, engagers_count,
    round(engagers_count / nullif(engagers_before_count, 0) - 1, 4) as engagers_growth
from then_and_now
join 'latest/accounts.parquet' using (account_id)
where then_and_now.followers_count > followers_before_count and engagers_count <= engagers_before_count
order by followers_gained desc, handle;

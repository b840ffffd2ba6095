-- Which accounts gained followers in the last 28 days while the people who engage did not become more?
-- The newest day of all beside the day 28 days before. Where people were not read by name on both days, the typical
-- engagement per post stands for them: it did not become more where its interval reaches down to the one before.
with last_day as (
    select max(report_date) as day from 'latest/account_daily.parquet'
),
then_and_now as (
    select
        account_id,
        any_value(followers_count) filter (where report_date = day - 28) as followers_before_count,
        any_value(followers_count) filter (where report_date = day) as followers_count,
        any_value(engagers_count_28d) filter (where report_date = day - 28) as engagers_before_count,
        any_value(engagers_count_28d) filter (where report_date = day) as engagers_count,
        any_value(engagement_geometric_mean) filter (where report_date = day - 28) as engagement_before,
        any_value(engagement_geometric_mean_high) filter (where report_date = day - 28) as engagement_before_high,
        any_value(engagement_geometric_mean) filter (where report_date = day) as engagement,
        any_value(engagement_geometric_mean_low) filter (where report_date = day) as engagement_low
    from 'latest/account_daily.parquet', last_day
    where report_date in (day, day - 28)
    group by account_id
)
select
    handle, account_id, then_and_now.followers_before_count, then_and_now.followers_count,
    then_and_now.followers_count - followers_before_count as followers_gained,
    round(then_and_now.followers_count / nullif(followers_before_count, 0) - 1, 4) as followers_growth,
    engagers_before_count, engagers_count,
    round(engagers_count / nullif(engagers_before_count, 0) - 1, 4) as engagers_growth,
    round(engagement_before, 1) as engagement_before, round(engagement, 1) as engagement
from then_and_now
join 'latest/accounts.parquet' using (account_id)
where
    then_and_now.followers_count > followers_before_count
    and coalesce(engagers_count <= engagers_before_count, engagement_low <= engagement_before_high)
order by followers_gained desc, handle;

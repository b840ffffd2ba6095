-- How do reach and engagement of each account develop from month to month?
-- Own posts by the month in which they were 48 hours old, and of them those whose impressions and engagement are known.
-- Impressions are showings, not people; a rate is null where nothing was shown.
select
    handle, account_id,
    date_trunc('month', maturity_date)::date as month,
    count(*) as posts_count,
    sum(impression_count)::bigint as impressions_count,
    sum(engagement_count)::bigint as engagements_count,
    round(avg(impression_count), 1) as impressions_per_post,
    round(avg(engagement_count), 2) as engagements_per_post,
    round(sum(engagement_count) / nullif(sum(impression_count), 0), 5) as engagement_by_impressions_rate,
    round(
        sum(impression_count) filter (where posting_followers_count > 0)
        / nullif(sum(posting_followers_count) filter (where posting_followers_count > 0), 0), 4
    ) as impressions_per_follower
from 'latest/post_engagement.parquet'
where impression_count is not null and engagement_count is not null
group by all
order by handle, month;

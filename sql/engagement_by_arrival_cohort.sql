-- How many of those who arrived in each rise ever engaged, beside the followers who arrived before it?
-- Both are followed for response_days days from being first seen; low and high are 95 % Wilson intervals.
-- No row: no follower list was read. Null: the days are not over, or nobody was seen arriving before.
with counted as (
    select
        *,
        case when response_days >= 0 and cohort_count > 0 then engaged_count / cohort_count end as share,
        case when response_days >= 0 and before_newcomer_count > 0
            then before_engaged_count / before_newcomer_count end as before_share
    from 'latest/arrival_cohorts.parquet'
),
ends as (
    select
        *,
        (share + 1.96 ** 2 / 2 / cohort_count) / (1 + 1.96 ** 2 / cohort_count) as middle,
        1.96 * sqrt(share * (1 - share) / cohort_count + 1.96 ** 2 / 4 / cohort_count ** 2)
            / (1 + 1.96 ** 2 / cohort_count) as half
    from counted
)
select
    handle, event_id, first_date, last_date, response_days, cohort_count, engaged_count,
    round(share, 4) as engaged_share,
    abs(round(middle - half, 4)) as engaged_share_low,
    round(middle + half, 4) as engaged_share_high,
    round(before_share, 4) as before_engaged_share,
    stayed_1d_share, stayed_7d_share, stayed_30d_share
from ends
order by first_date desc, event_id;

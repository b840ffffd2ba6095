-- How much of each account's community comes back, from month to month?
-- Of those who engaged in one stretch of 28 days, the share who engaged again in the next, at the last known day of each
-- month, with its 95 % interval, null until 56 days are known; repeat_engager_share is the share of the current people
-- seen on two days or more.
select
    handle, account_id,
    date_trunc('month', report_date)::date as month,
    report_date, engagers_count_28d,
    retention_28d_share, retention_28d_share_low, retention_28d_share_high,
    repeat_engager_share, repeat_engager_share_low, repeat_engager_share_high
from 'latest/account_daily.parquet'
where retention_28d_share is not null or repeat_engager_share is not null
qualify row_number() over (partition by account_id, month order by report_date desc) = 1
order by handle, month;

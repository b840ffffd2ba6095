-- What could not be known in the last 28 days, on how many of them, and why?
-- One row per account and reason, from every column whose name ends in _reason; the `columns` table says what each means.
-- Evidence that was missing for an event of those days stands beside them as missing_evidence.
with last_day as (
    select max(report_date) as day from 'latest/account_daily.parquet'
),
days as (
    select account_id, report_date, columns('_reason$')
    from 'latest/account_daily.parquet', last_day
    where report_date > day - 28
),
reasons as (
    unpivot days on columns('_reason$') into name what value why
),
unseen as (
    select account_id, report_date, what, why from reasons
    union all
    select account_id, last_date, 'missing_evidence', unnest(string_split(missing_evidence, '; '))
    from 'latest/divergence_events.parquet', last_day
    where last_date > day - 28 and missing_evidence is not null
)
select
    handle, account_id, what, why,
    count(distinct report_date) as days_count,
    max(report_date) as last_date
from unseen
join 'latest/accounts.parquet' using (account_id)
group by all
order by handle, days_count desc, what, why;

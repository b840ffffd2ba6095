-- Who are the 50 most faithful people of each account?
-- Faithful is who engaged on the most days. The report counts days within 28, so days of windows that lie end to end,
-- counted back from the account's newest day, add up without counting a day twice.
-- Days and actions are told as "at least", five people alike, so that nobody is known by them.
-- member_id is a pseudonym, the same for an account from day to day.
with windows as (
    select account_id, last_report_date as newest
    from 'latest/accounts.parquet'
),
people as (
    select
        account_id,
        member_id,
        sum(member_days_count_28d)::bigint as engaged_days_count,
        sum(member_actions_count_28d)::bigint as actions_count,
        max(member_last_date) as last_engaged_date,
        arg_max(is_follower, report_date) as is_follower
    from 'latest/community_members.parquet'
    join windows using (account_id)
    where (newest - report_date) % 28 = 0
    group by account_id, member_id
)
select
    handle, account_id,
    row_number() over faithful as place,
    member_id, engaged_days_count, actions_count, last_engaged_date, is_follower
from people
join 'latest/accounts.parquet' using (account_id)
window faithful as (
    partition by account_id order by engaged_days_count desc, actions_count desc, last_engaged_date desc, member_id
)
qualify place <= 50
order by handle, place;

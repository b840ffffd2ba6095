-- What is each account's Klout-style score with and without the followers that its activity does not explain?
-- Each account on the newest day on which the score is known; where the second is null, unexplained_reason says why.
select
    handle, account_id, report_date, followers_count,
    present_unexplained_followers_count, present_unexplained_followers_count_low,
    present_unexplained_followers_count_high,
    round(klout_style_score, 2) as klout_style_score,
    round(klout_style_score_without_unexplained, 2) as klout_style_score_without_unexplained,
    round(klout_style_score_without_unexplained_low, 2) as klout_style_score_without_unexplained_low,
    round(klout_style_score_without_unexplained_high, 2) as klout_style_score_without_unexplained_high,
    round(klout_style_score - klout_style_score_without_unexplained, 2) as points_lost,
    unexplained_reason
from 'latest/account_daily.parquet'
where klout_style_score is not null
qualify row_number() over (partition by account_id order by report_date desc) = 1
order by points_lost desc nulls last, handle;

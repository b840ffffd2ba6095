-- What explains each jump, and which evidence speaks for and against each explanation?
-- One row per piece of evidence, the weightiest first; a jump without evidence stands alone.
-- A weight above 0 speaks for the explanation beside it, below 0 against it.
select
    events.handle, event_id, events.first_date, last_date, observed_followers_delta,
    round(expected_followers_delta, 1) as expected_followers_delta,
    unexplained_followers_count, unexplained_followers_count_low, unexplained_followers_count_high,
    verdict, round(verdict_probability, 3) as verdict_probability,
    evidence_code, explanation, round(weight_nats, 2) as weight_nats, evidence_value, evidence_meaning,
    missing_evidence
from 'latest/divergence_events.parquet' as events
left join 'latest/event_evidence.parquet' as evidence using (event_id)
where event_kind in ('jump', 'drip')
order by events.first_date desc, event_id, abs(weight_nats) desc, evidence_code, explanation;

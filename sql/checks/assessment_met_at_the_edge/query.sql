-- One row per assessment in time, by the clock that guidance sets for its type.
select
    spans.subject_id,
    spans.child_id,
    spans.team_id,
    coalesce(spans.stopped_on, spans.started_on) as on_date,
    spans.elapsed > spans.limit_value - 5 as is_passed,
    case when spans.outcome = 'left_out' then spans.reason end as left_out_reason
from clocks.single_spans as spans
where
    spans.clock in ('initial_assessment_in_time', 'core_assessment_in_time', 'assessment_from_referral_in_time')
    and (spans.outcome = 'in_time' or spans.reason = 'quarantined')

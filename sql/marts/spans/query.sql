-- Every case of every clock, as known at the as-at: what case lists are made from.
select
    clock, subject_id, child_id, worker_id, team_id, started_on, started_at, stopped_on, stopped_at, withdrawn_on,
    case_kind, cast(limit_value as integer) as limit_value, unit, due_on, due_at, in_time_until_on, in_time_until_at,
    cast(elapsed as integer) as elapsed, outcome, reason, cohort_month,
    cast(null as date) as duty_from_on, cast(null as date) as duty_until_on
from clocks.single_spans
union all
select
    clock, subject_id, child_id, worker_id, team_id, started_on, started_at, stopped_on, stopped_at, withdrawn_on,
    case_kind, cast(limit_value as integer) as limit_value, unit, due_on, cast(null as timestamp) as due_at, in_time_until_on,
    cast(null as timestamp) as in_time_until_at,
    cast(elapsed as integer) as elapsed, outcome, reason, cohort_month,
    duty_from_on, duty_until_on
from clocks.recurring_spans

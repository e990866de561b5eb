-- One row per supervision session: when it was held, and when its record was made.
select
    subject_id, child_id, worker_id, team_id,
    occurred_on as started_on, occurred_at as started_at, created_on as stopped_on, created_at as stopped_at,
    cast(null as text) as case_kind, cast(null as date) as withdrawn_on, left_out_reason
from clocks.recorded_entries
where record_type = 'supervision'

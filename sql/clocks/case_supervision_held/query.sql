-- One row per period in which a child is open: the days on which the duty to talk about the child holds.
select
    period_id as subject_id,
    child_id,
    cast(null as text) as worker_id,
    team_id,
    from_on as duty_from_on,
    until_on as duty_until_on,
    case when is_quarantined then 'quarantined' end as left_out_reason
from clocks.open_periods

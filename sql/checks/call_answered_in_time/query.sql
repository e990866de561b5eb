-- One row per interval of the queue: how many calls were answered within the target of how many that came in.
select
    subject_id,
    cast(null as text) as child_id,
    cast(null as text) as team_id,
    on_date,
    answered_in_target as passed_count,
    offered as record_count,
    case
        when is_quarantined then 'quarantined'
        when offered is null or answered_in_target is null then 'no_count'
        when answered_in_target > offered or offered < 0 or answered_in_target < 0 then 'impossible_count'
    end as left_out_reason
from clocks.queue_intervals

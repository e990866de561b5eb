-- One row per interval of the queue: how many calls were answered within the target of how many that came in.
with intervals as (
    select queue, interval_id, started_on, offered, answered_in_target, cast(null as text) as row_digest, false as is_quarantined
    from known.call_intervals
    union all
    select queue, interval_id, started_on, offered, answered_in_target, row_digest, true as is_quarantined
    from known.quarantined_call_intervals
)

select
    coalesce(queue || ' ' || interval_id, row_digest) as subject_id,
    cast(null as text) as child_id,
    cast(null as text) as team_id,
    started_on as on_date,
    answered_in_target as passed_count,
    offered as record_count,
    case
        when is_quarantined then 'quarantined'
        when offered is null or answered_in_target is null then 'no_count'
        when answered_in_target > offered or offered < 0 or answered_in_target < 0 then 'impossible_count'
    end as left_out_reason
from intervals

with intervals as (
    select
        queue, interval_id, started_on, offered, answered_in_target, abandoned, cast(null as text) as row_digest,
        false as is_quarantined
    from known.call_intervals
    union all
    select
        queue, interval_id, started_on, offered, answered_in_target, abandoned, row_digest, true as is_quarantined
    from known.quarantined_call_intervals
)

select
    coalesce(queue || ' ' || interval_id, row_digest) as subject_id,
    started_on as on_date,
    offered,
    answered_in_target,
    abandoned,
    is_quarantined
from intervals

-- One row per interval of the queue: how many callers gave up of how many that came in.
select
    subject_id,
    cast(null as text) as child_id,
    cast(null as text) as team_id,
    on_date,
    abandoned as passed_count,
    offered as record_count,
    case
        when is_quarantined then 'quarantined'
        when offered is null or abandoned is null then 'no_count'
        when abandoned > offered or offered < 0 or abandoned < 0 then 'impossible_count'
    end as left_out_reason
from clocks.queue_intervals

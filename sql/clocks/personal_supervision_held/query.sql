-- One row per worker with a row in the workforce table: the days in post, the last day included.
with posts as (
    select worker_id, team_id, started_on, left_on, row_digest, true as is_quarantined
    from known.quarantined_professionals
    where coalesce(has_workforce_row, true)
    union all
    select worker_id, team_id, started_on, left_on, cast(null as text) as row_digest, false as is_quarantined
    from known.professionals
    where has_workforce_row
)

select
    coalesce(worker_id, row_digest) as subject_id,
    cast(null as text) as child_id,
    worker_id,
    team_id,
    started_on as duty_from_on,
    left_on + 1 as duty_until_on,
    case when is_quarantined then 'quarantined' end as left_out_reason
from posts

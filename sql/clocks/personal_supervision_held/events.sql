-- Personal supervision sessions that were held. One recorded before it was held is a plan, not a session.
with sessions as (
    select
        worker_id, session_type, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        row_digest, true as is_quarantined
    from known.quarantined_supervision_sessions
    union all
    select
        worker_id, session_type, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        cast(null as text) as row_digest, false as is_quarantined
    from known.supervision_sessions
)

select
    coalesce(worker_id, row_digest) as subject_id,
    held_on as done_on,
    is_quarantined
from sessions
where
    (session_type = 'personal' or (session_type is null and is_quarantined))
    and cancelled_reason is null
    and (recorded_on is null or recorded_on >= held_on)
    and (recorded_at is null or held_at is null or recorded_at >= held_at)

-- One recorded before it was held is a plan, not a session; one that was cancelled is none.
with sessions as (
    select
        session_id, session_type, worker_id, child_id, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        actions_set, is_previous_actions_reviewed, row_digest, true as is_quarantined
    from known.quarantined_supervision_sessions
    union all
    select
        session_id, session_type, worker_id, child_id, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        actions_set, is_previous_actions_reviewed, cast(null as text) as row_digest, false as is_quarantined
    from known.supervision_sessions
)

select
    session_id, session_type, worker_id, child_id, held_on, held_at, actions_set, is_previous_actions_reviewed,
    row_digest, is_quarantined
from sessions
where
    cancelled_reason is null
    and (recorded_on is null or recorded_on >= held_on)
    and (recorded_at is null or held_at is null or recorded_at >= held_at)

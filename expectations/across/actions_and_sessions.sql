-- One row per supervision action that names its session: whether that is known, in quarantine or not.
with sessions_seen as (
    select session_id from known.supervision_sessions
    union
    select session_id from known.quarantined_supervision_sessions
)

select sessions_seen.session_id is not null as is_session_known
from known.supervision_actions as actions
left join sessions_seen on sessions_seen.session_id = actions.session_id
where actions.session_id is not null

-- One row per entry of the record audit that tells of a supervision session: whether that session is known.
with sessions_seen as (
    select session_id from known.supervision_sessions
    union
    select session_id from known.quarantined_supervision_sessions
)

select sessions_seen.session_id is not null as is_record_known
from known.record_audit as audit
left join sessions_seen on sessions_seen.session_id = audit.record_id
where audit.record_type = 'supervision'

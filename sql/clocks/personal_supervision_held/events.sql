-- Personal supervision sessions that were held. One in quarantine of unknown kind may have been one.
select
    coalesce(worker_id, row_digest) as subject_id,
    held_on as done_on,
    is_quarantined
from clocks.held_sessions
where session_type = 'personal' or (session_type is null and is_quarantined)

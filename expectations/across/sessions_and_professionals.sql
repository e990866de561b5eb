-- One row per supervision session that was held, with the first and last day in post of both people in it.
with workers_seen as (
    select worker_id from known.professionals
    union
    select worker_id from known.quarantined_professionals
)

select
    sessions.held_on,
    workers.started_on as worker_started_on,
    workers.left_on as worker_left_on,
    supervisors.left_on as supervisor_left_on,
    seen_workers.worker_id is not null as is_worker_known,
    case when sessions.supervisor_id is not null then seen_supervisors.worker_id is not null end as is_supervisor_known
from known.supervision_sessions as sessions
left join workers_seen as seen_workers on seen_workers.worker_id = sessions.worker_id
left join workers_seen as seen_supervisors on seen_supervisors.worker_id = sessions.supervisor_id
left join known.professionals as workers on workers.worker_id = sessions.worker_id
left join known.professionals as supervisors on supervisors.worker_id = sessions.supervisor_id
where sessions.held_on is not null and sessions.cancelled_reason is null

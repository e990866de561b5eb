-- One row per absence: whether its worker is known.
with workers_seen as (
    select worker_id from known.professionals
    union
    select worker_id from known.quarantined_professionals
)

select workers_seen.worker_id is not null as is_worker_known
from known.absences as absences
left join workers_seen on workers_seen.worker_id = absences.worker_id

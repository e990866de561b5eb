-- One row per involvement: whether its worker is known, and, where it is open in a role that holds the case, in post.
with workers_seen as (
    select worker_id from known.professionals
    union
    select worker_id from known.quarantined_professionals
)

select
    workers_seen.worker_id is not null as is_worker_known,
    case
        when
            roles.role is not null
            and workers.worker_id is not null
            and involvements.started_on <= moment.as_at_on
            and (involvements.ended_on is null or involvements.ended_on > moment.as_at_on)
            then workers.left_on is null or workers.left_on >= moment.as_at_on
    end as is_allocated_worker_in_post
from known.involvements as involvements
cross join known.moment as moment
left join known.allocated_roles as roles on roles.role = trim(involvements.role)
left join workers_seen on workers_seen.worker_id = involvements.worker_id
left join known.professionals as workers on workers.worker_id = involvements.worker_id

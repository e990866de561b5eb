-- One row per protection visit: whether the child was on a plan that day, whatever plan the visit names. Plans in
-- quarantine count, as far as their dates can be read.
with plans as (
    select child_id, started_on, ended_on from known.protection_plans
    union all
    select child_id, started_on, ended_on from known.quarantined_protection_plans
),

planned as (
    select distinct visits.visit_id
    from known.visits as visits
    join plans
        on plans.child_id = visits.child_id
        and plans.started_on <= visits.visited_on
        and (plans.ended_on is null or plans.ended_on >= visits.visited_on)
    where visits.visit_kind = 'protection'
)

select planned.visit_id is not null as is_in_plan
from known.visits as visits
left join planned on planned.visit_id = visits.visit_id
where visits.visit_kind = 'protection'

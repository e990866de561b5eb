-- One row per protection plan, those in quarantine too: when it began and ended, and whether it began in another one.
with plans as (
    select plan_id, child_id, started_on, ended_on, false as is_quarantined from known.protection_plans
    union all
    select plan_id, child_id, started_on, ended_on, true as is_quarantined from known.quarantined_protection_plans
)

select
    plans.started_on,
    plans.ended_on,
    case when plans.ended_on is not null then plans.ended_on = plans.started_on end as is_ended_on_first_day,
    case
        when not plans.is_quarantined
            then exists (
                select 1
                from known.protection_plans as other
                where other.child_id = plans.child_id
                    and other.plan_id <> plans.plan_id
                    and other.started_on <= plans.started_on
                    and (other.ended_on is null or other.ended_on > plans.started_on)
                    and (other.started_on < plans.started_on or other.plan_id < plans.plan_id)
            )
    end as is_begun_beside_another
from plans

-- One row per review with the protection plan that it names. A plan in quarantine is known. A review is overdue while
-- its plan runs, its day has passed, and neither it nor a later one was held.
with plans_seen as (
    select plan_id from known.protection_plans
    union
    select plan_id from known.quarantined_protection_plans
),

latest as (
    select plan_id, max(held_on) as held_on
    from known.plan_reviews
    group by plan_id
)

select
    reviews.held_on,
    plans.started_on as plan_started_on,
    plans.ended_on as plan_ended_on,
    case when reviews.plan_id is not null then plans_seen.plan_id is not null end as is_plan_known,
    case
        when
            plans.plan_id is not null
            and reviews.due_on <= moment.as_at_on
            and (plans.ended_on is null or plans.ended_on > moment.as_at_on)
            then reviews.held_on is null
                and reviews.due_on < moment.as_at_on
                and (latest.held_on is null or latest.held_on < reviews.due_on)
    end as is_overdue
from known.plan_reviews as reviews
cross join known.moment as moment
left join plans_seen on plans_seen.plan_id = reviews.plan_id
left join known.protection_plans as plans on plans.plan_id = reviews.plan_id
left join latest on latest.plan_id = reviews.plan_id

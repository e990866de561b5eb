-- Review conferences that were held, of the plan that they name; one that names none is of the child's plan that ran
-- that day. One in quarantine that belongs to no plan, or whose day cannot be read, is counted as left out.
with reviews as (
    select plan_id, child_id, held_on, row_digest, true as is_quarantined
    from known.quarantined_plan_reviews
    union all
    select plan_id, child_id, held_on, cast(null as text) as row_digest, false as is_quarantined
    from known.plan_reviews
    where held_on is not null
),

matched as (
    select plans.plan_id, reviews.held_on, reviews.row_digest, reviews.is_quarantined
    from reviews
    join known.protection_plans as plans on plans.plan_id = reviews.plan_id
    where reviews.held_on > plans.started_on
    union all
    select plans.plan_id, reviews.held_on, reviews.row_digest, reviews.is_quarantined
    from reviews
    join known.protection_plans as plans on plans.child_id = reviews.child_id
    where
        reviews.plan_id is null
        and reviews.held_on > plans.started_on
        and (plans.ended_on is null or reviews.held_on < plans.ended_on)
)

select plan_id as subject_id, held_on as done_on, is_quarantined
from matched
union all
select reviews.row_digest as subject_id, reviews.held_on as done_on, reviews.is_quarantined
from reviews
left join matched on matched.row_digest = reviews.row_digest
where reviews.is_quarantined and matched.row_digest is null

-- Review conferences that were held, matched by child and plan dates, whatever plan they name. One in quarantine that
-- belongs to no plan, or whose day cannot be read, is counted as left out.
with reviews as (
    select
        coalesce(reviews.child_id, plans.child_id) as child_id, reviews.held_on, reviews.row_digest,
        true as is_quarantined
    from known.quarantined_plan_reviews as reviews
    left join known.protection_plans as plans on plans.plan_id = reviews.plan_id
    union all
    select child_id, held_on, cast(null as text) as row_digest, false as is_quarantined
    from known.plan_reviews
    where held_on is not null
),

matched as (
    select duties.subject_id, reviews.held_on, reviews.row_digest, reviews.is_quarantined
    from clocks.duties as duties
    join reviews
        on reviews.child_id = duties.child_id
        and reviews.held_on > duties.duty_from_on
        and (duties.duty_until_on is null or reviews.held_on < duties.duty_until_on)
    where duties.clock = 'plan_review_in_time' and duties.left_out_reason is null
)

select subject_id, held_on as done_on, is_quarantined
from matched
union all
select reviews.row_digest as subject_id, reviews.held_on as done_on, reviews.is_quarantined
from reviews
left join matched on matched.row_digest = reviews.row_digest
where reviews.is_quarantined and matched.row_digest is null

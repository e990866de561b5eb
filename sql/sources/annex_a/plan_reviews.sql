select
    plan.review_key as review_id,
    plan.plan_key as plan_id,
    plan.child_id as child_id,
    null as due_on,
    plan.last_reviewed_on as held,
    null as participation
from annex_a_list_7 as plan
where plan.last_reviewed_on is not null

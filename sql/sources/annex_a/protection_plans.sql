select
    plan.plan_key as plan_id,
    plan.child_id as child_id,
    null as referral_id,
    null as conference_id,
    plan.plan_started_on as started,
    plan.plan_ended_on as ended
from annex_a_list_7 as plan

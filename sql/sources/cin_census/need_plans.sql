select
    plan.need_plan_id as plan_id,
    plan.referral_id as referral_id,
    plan.child_id as child_id,
    plan.cinplanstartdate as started,
    plan.cinplanenddate as ended,
    null as team_id,
    null as worker_id
from census_need_plans as plan

select
    plan.cppl_cp_plan_id as plan_id,
    plan.cppl_person_id as child_id,
    plan.cppl_referral_id as referral_id,
    plan.cppl_icpc_id as conference_id,
    plan.cppl_cp_plan_start_date as started,
    plan.cppl_cp_plan_end_date as ended
from ssd_cp_plans as plan

select
    protection_plan.cppl_cp_plan_id as plan_id,
    protection_plan.cppl_person_id as child_id,
    protection_plan.cppl_referral_id as referral_id,
    protection_plan.cppl_icpc_id as conference_id,
    protection_plan.cppl_cp_plan_start_date as started,
    protection_plan.cppl_cp_plan_end_date as ended
from ssd_cp_plans as protection_plan

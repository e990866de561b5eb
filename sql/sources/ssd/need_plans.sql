select
    need_plan.cinp_cin_plan_id as plan_id,
    need_plan.cinp_referral_id as referral_id,
    need_plan.cinp_person_id as child_id,
    need_plan.cinp_cin_plan_start_date as started,
    need_plan.cinp_cin_plan_end_date as ended,
    need_plan.cinp_cin_plan_team as team_id,
    need_plan.cinp_cin_plan_worker_id as worker_id
from ssd_cin_plans as need_plan

-- The list holds every child in need. Who is on it for other work, by its case status, has no need plan.
select
    need.need_key as plan_id,
    null as referral_id,
    need.child_id as child_id,
    need.need_started_on as started,
    need.need_ended_on as ended,
    need.team as team_id,
    need.worker as worker_id
from annex_a_list_6 as need
where coalesce(need.case_status, 'need_plan') not in ('looked_after', 'protection_plan', 'open_assessment')

-- One row per child in need plan: the days on which the duty to visit holds.
with plans as (
    select plan_id, child_id, referral_id, team_id, started_on, ended_on, row_digest, true as is_quarantined
    from known.quarantined_need_plans
    union all
    select
        plan_id, child_id, referral_id, team_id, started_on, ended_on, cast(null as text) as row_digest,
        false as is_quarantined
    from known.need_plans
)

select
    coalesce(plans.plan_id, plans.row_digest) as subject_id,
    plans.child_id,
    cast(null as text) as worker_id,
    coalesce(referrals.team_id, plans.team_id) as team_id,
    plans.started_on as duty_from_on,
    plans.ended_on as duty_until_on,
    case when plans.is_quarantined then 'quarantined' end as left_out_reason
from plans
left join known.referrals as referrals on referrals.referral_id = plans.referral_id

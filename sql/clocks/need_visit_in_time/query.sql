-- One row per unbroken stretch of days on which a child has any child in need plan: the days on which the duty to
-- visit holds. Plans that overlap, as those of a child with two records do, are one duty, known by the first of them. A plan
-- that begins on the day another ends is a duty of its own.
with in_order as (
    select
        plans.*,
        max(coalesce(ended_on, date '9999-12-31')) over (
            partition by child_id order by started_on, plan_id rows between unbounded preceding and 1 preceding
        ) as covered_until_on
    from known.need_plans as plans
),

numbered as (
    select
        in_order.*,
        sum(case when covered_until_on > started_on then 0 else 1 end) over (
            partition by child_id order by started_on, plan_id
        ) as stretch
    from in_order
),

placed as (
    select
        numbered.*,
        row_number() over (partition by child_id, stretch order by started_on, plan_id) as place,
        max(coalesce(ended_on, date '9999-12-31')) over (partition by child_id, stretch) as last_on
    from numbered
),

stretches as (
    select
        plan_id, child_id, referral_id, team_id, started_on,
        case when last_on < date '9999-12-31' then last_on end as ended_on,
        cast(null as text) as row_digest, false as is_quarantined
    from placed
    where place = 1
    union all
    select plan_id, child_id, referral_id, team_id, started_on, ended_on, row_digest, true as is_quarantined
    from known.quarantined_need_plans
)

select
    coalesce(stretches.plan_id, stretches.row_digest) as subject_id,
    stretches.child_id,
    cast(null as text) as worker_id,
    coalesce(referrals.team_id, stretches.team_id) as team_id,
    stretches.started_on as duty_from_on,
    stretches.ended_on as duty_until_on,
    case when stretches.is_quarantined then 'quarantined' end as left_out_reason
from stretches
left join known.referrals as referrals on referrals.referral_id = stretches.referral_id

-- One row per child in need plan with the referral that it names. A referral in quarantine is known.
with referrals_seen as (
    select referral_id from known.referrals
    union
    select referral_id from known.quarantined_referrals
)

select
    greatest(plans.started_on, coalesce(plans.ended_on, plans.started_on)) as last_activity_on,
    referrals.closed_on,
    case when plans.referral_id is not null then referrals_seen.referral_id is not null end as is_referral_known,
    case
        when referrals.referral_id is not null then coalesce(upper(referrals.close_reason) like 'RC8%', false)
    end as is_closed_after_assessment
from known.need_plans as plans
left join referrals_seen on referrals_seen.referral_id = plans.referral_id
left join known.referrals as referrals on referrals.referral_id = plans.referral_id

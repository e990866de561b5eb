-- One row per assessment with the referral that it names. A referral in quarantine is known, though it cannot be compared.
with referrals_seen as (
    select referral_id from known.referrals
    union
    select referral_id from known.quarantined_referrals
)

select
    assessments.started_on,
    assessments.authorised_on,
    greatest(assessments.started_on, coalesce(assessments.authorised_on, assessments.started_on)) as last_activity_on,
    referrals.referred_on,
    referrals.closed_on,
    case when assessments.referral_id is not null then referrals_seen.referral_id is not null end as is_referral_known,
    assessments.child_id = referrals.child_id as is_same_child,
    case when referrals.referral_id is not null then coalesce(referrals.is_nfa, false) end as is_referral_nfa,
    case when referrals.closed_on is not null then assessments.authorised_on is not null end as is_done_when_closed
from known.assessments as assessments
left join referrals_seen on referrals_seen.referral_id = assessments.referral_id
left join known.referrals as referrals on referrals.referral_id = assessments.referral_id

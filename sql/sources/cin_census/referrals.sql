select
    referral.referral_id as referral_id,
    referral.child_id as child_id,
    referral.cinreferraldate as referred,
    referral.referralsource as source_code,
    referral.primaryneedcode as primary_need_code,
    referral.referralnfa as is_nfa,
    referral.cinclosuredate as closed,
    referral.reasonforclosure as close_reason,
    null as team_id,
    null as worker_id
from census_referrals as referral

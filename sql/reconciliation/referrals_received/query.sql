select
    referrals.referral_id as subject_id,
    referrals.child_id as child_id,
    referrals.referred_on as from_on,
    referrals.referred_on as until_on,
    cast(null as text) as reason
from known.referrals as referrals

select
    referrals.child_id as subject_id,
    referrals.child_id as child_id,
    referrals.referred_on as from_on,
    referrals.closed_on as until_on,
    case when referrals.is_nfa then 'no_further_action' end as reason
from known.referrals as referrals

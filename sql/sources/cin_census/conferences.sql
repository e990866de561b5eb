-- With an enquiry: held, or due and not ruled out. In the referral itself: the one of a transfer in.
select
    enquiry.section47_id || '/conference' as conference_id,
    enquiry.section47_id as enquiry_id,
    enquiry.child_id as child_id,
    enquiry.referral_id as referral_id,
    enquiry.initialcpctarget as target_on,
    enquiry.dateofinitialcpc as held,
    'N' as is_transfer_in,
    null as is_plan_made,
    null as team_id
from census_section47 as enquiry
where
    enquiry.dateofinitialcpc is not null
    or (enquiry.initialcpctarget is not null and lower(coalesce(enquiry.icpcnotrequired, '0')) not in ('1', 'true'))
union all
select
    referral.referral_id || '/conference' as conference_id,
    null as enquiry_id,
    referral.child_id as child_id,
    referral.referral_id as referral_id,
    null as target_on,
    referral.dateofinitialcpc as held,
    'Y' as is_transfer_in,
    null as is_plan_made,
    null as team_id
from census_referrals as referral
where referral.dateofinitialcpc is not null

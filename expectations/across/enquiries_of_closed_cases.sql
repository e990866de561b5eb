-- One row per section 47 enquiry of a closed case: whether it led to a conference, or to a decision that none is needed.
with held as (
    select distinct enquiry_id from known.conferences where held_on is not null
)

select held.enquiry_id is not null or coalesce(enquiries.is_nfa, false) as is_concluded
from known.section47_enquiries as enquiries
join known.referrals as referrals on referrals.referral_id = enquiries.referral_id
left join held on held.enquiry_id = enquiries.enquiry_id
where referrals.closed_on is not null

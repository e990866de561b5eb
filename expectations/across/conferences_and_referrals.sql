-- One row per initial conference with its referral: its own, else that of its enquiry.
with conferences as (
    select conferences.held_on, coalesce(conferences.referral_id, enquiries.referral_id) as referral_id
    from known.conferences as conferences
    left join known.section47_enquiries as enquiries on enquiries.enquiry_id = conferences.enquiry_id
)

select
    conferences.held_on,
    referrals.referred_on,
    referrals.closed_on,
    case
        when referrals.referral_id is not null then coalesce(upper(referrals.close_reason) like 'RC8%', false)
    end as is_closed_after_assessment,
    case when referrals.referral_id is not null then coalesce(referrals.is_nfa, false) end as is_referral_nfa
from conferences
left join known.referrals as referrals on referrals.referral_id = conferences.referral_id
where conferences.held_on is not null

-- One row per referral made since the first contact that we hold: whether anyone had been in touch about the child.
with first_contacts as (
    select child_id, min(contact_on) as contact_on
    from known.contacts
    group by child_id
),

beginning as (
    select min(contact_on) as contact_on from known.contacts
)

select coalesce(first_contacts.contact_on <= referrals.referred_on, false) as has_contact
from known.referrals as referrals
join beginning on beginning.contact_on <= referrals.referred_on
left join first_contacts on first_contacts.child_id = referrals.child_id

-- One row per decision with the contact that it decides on. Contacts in quarantine are known.
with contacts_seen as (
    select contact_id from known.contacts
    union
    select contact_id from known.quarantined_contacts
)

select
    decisions.received_on,
    decisions.decided_on,
    contacts.contact_on,
    contacts_seen.contact_id is not null as is_contact_known
from known.contact_decisions as decisions
left join contacts_seen on contacts_seen.contact_id = decisions.contact_id
left join known.contacts as contacts on contacts.contact_id = decisions.contact_id

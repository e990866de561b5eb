-- One row per out-of-hours handover that names its contact: whether that contact is known, in quarantine or not.
with contacts_seen as (
    select contact_id from known.contacts
    union
    select contact_id from known.quarantined_contacts
)

select contacts_seen.contact_id is not null as is_contact_known
from known.emergency_handovers as handovers
left join contacts_seen on contacts_seen.contact_id = handovers.contact_id
where handovers.contact_id is not null

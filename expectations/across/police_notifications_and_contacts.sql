-- One row per police notification with the contact that came of it. A contact in quarantine is known.
with contacts_seen as (
    select contact_id from known.contacts
    union
    select contact_id from known.quarantined_contacts
)

select
    notifications.contact_id is not null as has_contact,
    case when notifications.contact_id is not null then contacts_seen.contact_id is not null end as is_contact_known
from known.police_notifications as notifications
left join contacts_seen on contacts_seen.contact_id = notifications.contact_id

-- One row per entry of the record audit that tells of a contact: whether that contact is known.
with contacts_seen as (
    select contact_id from known.contacts
    union
    select contact_id from known.quarantined_contacts
)

select contacts_seen.contact_id is not null as is_record_known
from known.record_audit as audit
left join contacts_seen on contacts_seen.contact_id = audit.record_id
where audit.record_type = 'contact'

select
    contacts.contact_id as subject_id,
    contacts.child_id as child_id,
    contacts.contact_on as from_on,
    contacts.contact_on as until_on,
    cast(null as text) as reason
from known.contacts as contacts

select
    contact.cont_contact_id as contact_id,
    contact.cont_person_id as child_id,
    contact.cont_contact_date as contact,
    contact.cont_contact_source_code as source_code,
    contact.cont_contact_source_desc as source_name,
    contact.cont_contact_outcome_json as outcome
from ssd_contacts as contact

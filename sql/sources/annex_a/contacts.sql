select
    contact.contact_key as contact_id,
    contact.child_id as child_id,
    contact.contacted_on as contact,
    contact.contact_source as source_code,
    null as source_name,
    null as outcome
from annex_a_list_1 as contact

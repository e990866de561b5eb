-- One row per initial conference with the section 47 enquiry that it names. A transfer in needs none; an enquiry in
-- quarantine is known.
with enquiries_seen as (
    select enquiry_id from known.section47_enquiries
    union
    select enquiry_id from known.quarantined_section47_enquiries
)

select
    conferences.held_on,
    enquiries.started_on as enquiry_started_on,
    case when not coalesce(conferences.is_transfer_in, false) then conferences.enquiry_id is not null end as has_enquiry,
    case when conferences.enquiry_id is not null then enquiries_seen.enquiry_id is not null end as is_enquiry_known
from known.conferences as conferences
left join enquiries_seen on enquiries_seen.enquiry_id = conferences.enquiry_id
left join known.section47_enquiries as enquiries on enquiries.enquiry_id = conferences.enquiry_id

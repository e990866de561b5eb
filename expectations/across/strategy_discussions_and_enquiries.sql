-- One row per strategy discussion with the section 47 enquiry that it names. An enquiry in quarantine is known.
with enquiries_seen as (
    select enquiry_id from known.section47_enquiries
    union
    select enquiry_id from known.quarantined_section47_enquiries
)

select
    discussions.enquiry_id is not null as has_enquiry,
    case when discussions.enquiry_id is not null then enquiries_seen.enquiry_id is not null end as is_enquiry_known
from known.strategy_discussions as discussions
left join enquiries_seen on enquiries_seen.enquiry_id = discussions.enquiry_id

select
    enquiries.enquiry_id as subject_id,
    enquiries.child_id as child_id,
    enquiries.started_on as from_on,
    enquiries.started_on as until_on,
    cast(null as text) as reason
from known.section47_enquiries as enquiries

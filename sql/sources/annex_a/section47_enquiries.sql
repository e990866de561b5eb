select
    enquiry.enquiry_key as enquiry_id,
    enquiry.child_id as child_id,
    null as referral_id,
    enquiry.enquiry_started_on as started,
    null as ended,
    enquiry.is_conference_unnecessary as is_nfa,
    enquiry.worker as worker_id,
    enquiry.team as team_id
from annex_a_list_5 as enquiry

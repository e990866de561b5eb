select
    enquiry.s47e_s47_enquiry_id as enquiry_id,
    enquiry.s47e_person_id as child_id,
    enquiry.s47e_referral_id as referral_id,
    enquiry.s47e_s47_start_date as started,
    enquiry.s47e_s47_end_date as ended,
    enquiry.s47e_s47_nfa as is_nfa,
    enquiry.s47e_s47_completed_by_worker_id as worker_id,
    enquiry.s47e_s47_completed_by_team as team_id
from ssd_s47_enquiry as enquiry

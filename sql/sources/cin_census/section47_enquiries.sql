-- The start is the day of the strategy discussion. An enquiry for which no conference was required went no further.
select
    enquiry.section47_id as enquiry_id,
    enquiry.child_id as child_id,
    enquiry.referral_id as referral_id,
    enquiry.s47actualstartdate as started,
    null as ended,
    enquiry.icpcnotrequired as is_nfa,
    null as worker_id,
    null as team_id
from census_section47 as enquiry

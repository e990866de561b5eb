select
    conference.icpc_icpc_id as conference_id,
    conference.icpc_s47_enquiry_id as enquiry_id,
    conference.icpc_person_id as child_id,
    conference.icpc_referral_id as referral_id,
    conference.icpc_icpc_target_date as target_on,
    conference.icpc_icpc_date as held,
    conference.icpc_icpc_transfer_in as is_transfer_in,
    conference.icpc_icpc_outcome_cp_flag as is_plan_made,
    conference.icpc_icpc_team as team_id
from ssd_initial_cp_conference as conference

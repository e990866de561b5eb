-- The list has the conference beside the enquiry that led to it, so none of a child who came with a plan.
select
    enquiry.conference_key as conference_id,
    enquiry.enquiry_key as enquiry_id,
    enquiry.child_id as child_id,
    null as referral_id,
    null as target_on,
    enquiry.conference_on as held,
    'N' as is_transfer_in,
    enquiry.is_plan_made as is_plan_made,
    enquiry.team as team_id
from annex_a_list_5 as enquiry
where enquiry.conference_on is not null

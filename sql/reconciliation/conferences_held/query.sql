select
    conferences.conference_id as subject_id,
    conferences.child_id as child_id,
    coalesce(conferences.target_on, conferences.held_on) as from_on,
    conferences.held_on as until_on,
    case when conferences.is_transfer_in then 'transferred_in' end as reason
from known.conferences as conferences

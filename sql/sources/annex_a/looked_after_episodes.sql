-- One row for each time in care: the episodes inside it (moves, changes of legal status) are not in the list.
select
    care.care_key as episode_id,
    care.care_key as period_id,
    care.child_id as child_id,
    null as referral_id,
    care.care_started_on as started,
    care.care_ended_on as ended
from annex_a_list_8 as care

select
    care.review_key as review_id,
    care.care_key as period_id,
    null as due_on,
    care.last_reviewed_on as held,
    null as is_cancelled,
    null as participation
from annex_a_list_8 as care
where care.last_reviewed_on is not null

select
    plans.child_id as subject_id,
    plans.child_id as child_id,
    plans.started_on as from_on,
    plans.ended_on as until_on,
    cast(null as text) as reason
from known.protection_plans as plans

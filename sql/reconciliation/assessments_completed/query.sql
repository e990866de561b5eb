select
    assessments.assessment_id as subject_id,
    assessments.child_id as child_id,
    assessments.started_on as from_on,
    assessments.authorised_on as until_on,
    cast(null as text) as reason
from known.assessments as assessments

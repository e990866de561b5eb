-- One row per set of factors that names its assessment: whether that is known, in quarantine or not.
with assessments_seen as (
    select assessment_id from known.assessments
    union
    select assessment_id from known.quarantined_assessments
)

select assessments_seen.assessment_id is not null as is_assessment_known
from known.assessment_factors as factors
left join assessments_seen on assessments_seen.assessment_id = factors.assessment_id
where factors.assessment_id is not null

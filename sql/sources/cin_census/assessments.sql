-- All assessments of these years are single ones.
select
    assessment.assessment_id as assessment_id,
    assessment.child_id as child_id,
    assessment.referral_id as referral_id,
    assessment.assessmentactualstartdate as started,
    null as is_child_seen,
    assessment.assessmentauthorisationdate as authorised,
    null as is_nfa,
    null as team_id,
    null as worker_id,
    'single' as assessment_type,
    null as child_seen_on,
    null as is_child_views_recorded,
    null as is_parent_views_recorded,
    null as is_identity_considered
from census_assessments as assessment

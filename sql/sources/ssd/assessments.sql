select
    assessment.cina_assessment_id as assessment_id,
    assessment.cina_person_id as child_id,
    assessment.cina_referral_id as referral_id,
    assessment.cina_assessment_start_date as started,
    assessment.cina_assessment_child_seen as is_child_seen,
    assessment.cina_assessment_auth_date as authorised,
    assessment.cina_assessment_outcome_nfa as is_nfa,
    assessment.cina_assessment_team as team_id,
    assessment.cina_assessment_worker_id as worker_id,
    details.assessment_type as assessment_type,
    details.child_seen_on as child_seen_on,
    details.child_views_recorded as is_child_views_recorded,
    details.parent_views_recorded as is_parent_views_recorded,
    details.identity_considered as is_identity_considered
from ssd_cin_assessments as assessment
left join ext_assessment_details as details on details.cina_assessment_id = assessment.cina_assessment_id

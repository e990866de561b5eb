-- A continuous assessment is the single one of Working Together since 2013.
select
    assessment.assessment_key as assessment_id,
    assessment.child_id as child_id,
    null as referral_id,
    assessment.assessment_started_on as started,
    assessment.is_child_seen as is_child_seen,
    assessment.authorised_on as authorised,
    case assessment.is_support_required when 'Y' then 'N' when 'N' then 'Y' end as is_nfa,
    assessment.team as team_id,
    assessment.worker as worker_id,
    'single' as assessment_type,
    null as child_seen_on,
    null as is_child_views_recorded,
    null as is_parent_views_recorded,
    null as is_identity_considered
from annex_a_list_4 as assessment

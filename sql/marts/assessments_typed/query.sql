-- Every assessment with the kind under which it is timed. One without a type counts as single if it began since single
-- assessments took over; before that nobody can say which it was.
with assessments as (
    select
        assessment_id, child_id, worker_id, referral_id, team_id, assessment_type, started_on, started_at,
        authorised_on, authorised_at, is_child_views_recorded, is_parent_views_recorded,
        is_identity_considered,
        cast(null as text) as row_digest, false as is_quarantined
    from known.assessments
    union all
    select
        assessment_id, child_id, worker_id, referral_id, team_id, assessment_type, started_on, started_at,
        authorised_on, authorised_at, is_child_views_recorded, is_parent_views_recorded,
        is_identity_considered,
        row_digest, true as is_quarantined
    from known.quarantined_assessments
)

select
    assessments.assessment_id,
    assessments.row_digest,
    assessments.child_id,
    assessments.worker_id,
    assessments.referral_id,
    assessments.team_id,
    case
        when assessments.assessment_type in ('initial', 'core', 'single') then assessments.assessment_type
        when assessments.started_on >= settings.single_assessments_from then 'single'
        when assessments.is_quarantined and assessments.started_on is null then 'single'
    end as assessment_kind,
    assessments.started_on,
    assessments.started_at,
    case when assessments.authorised_on <= moment.as_at_on then assessments.authorised_on end as authorised_on,
    case when assessments.authorised_on <= moment.as_at_on then assessments.authorised_at end as authorised_at,
    assessments.is_child_views_recorded,
    assessments.is_parent_views_recorded,
    assessments.is_identity_considered,
    assessments.is_quarantined
from assessments
cross join known.settings as settings
cross join known.moment as moment

-- One row per single assessment, timed from its own start.
select
    coalesce(assessments.assessment_id, assessments.row_digest) as subject_id,
    assessments.child_id,
    assessments.worker_id,
    coalesce(assessments.team_id, referrals.team_id) as team_id,
    assessments.started_on,
    assessments.started_at,
    assessments.authorised_on as stopped_on,
    assessments.authorised_at as stopped_at,
    cast(null as text) as case_kind,
    case when referrals.closed_on >= assessments.started_on then referrals.closed_on end as withdrawn_on,
    case
        when assessments.is_quarantined then 'quarantined'
        when assessments.assessment_kind is null then 'no_type'
    end as left_out_reason
from clocks.assessments_typed as assessments
left join known.referrals as referrals on referrals.referral_id = assessments.referral_id
where coalesce(assessments.assessment_kind, 'single') = 'single'

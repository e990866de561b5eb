-- Authorised assessments of every type: what checks on assessments are made of. One in quarantine may be authorised.
select
    assessments.assessment_id,
    coalesce(assessments.assessment_id, assessments.row_digest) as subject_id,
    assessments.child_id,
    coalesce(assessments.team_id, referrals.team_id) as team_id,
    assessments.authorised_on,
    coalesce(assessments.authorised_on, assessments.started_on) as on_date,
    coalesce(assessments.is_child_views_recorded, false) as is_child_views_recorded,
    coalesce(assessments.is_parent_views_recorded, false) as is_parent_views_recorded,
    coalesce(assessments.is_identity_considered, false) as is_identity_considered,
    case when assessments.is_quarantined then 'quarantined' end as left_out_reason
from clocks.assessments_typed as assessments
left join known.referrals as referrals on referrals.referral_id = assessments.referral_id
where assessments.authorised_on is not null or assessments.is_quarantined

-- One row per assessment, timed from its own start to the day on which the child was seen.
with assessments as (
    select
        assessment_id, child_id, referral_id, team_id, worker_id, started_on, started_at, is_child_seen, child_seen_on,
        false as is_quarantined
    from known.assessments
    union all
    select
        coalesce(assessment_id, row_digest) as assessment_id, child_id, referral_id, team_id, worker_id, started_on,
        started_at, is_child_seen, child_seen_on, true as is_quarantined
    from known.quarantined_assessments
)

select
    assessments.assessment_id as subject_id,
    assessments.child_id,
    assessments.worker_id,
    coalesce(assessments.team_id, referrals.team_id) as team_id,
    assessments.started_on,
    assessments.started_at,
    case when coalesce(assessments.is_child_seen, true) then assessments.child_seen_on end as stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as text) as case_kind,
    case when referrals.closed_on >= assessments.started_on then referrals.closed_on end as withdrawn_on,
    case
        when assessments.is_quarantined then 'quarantined'
        when coalesce(people.born_on, people.expected_on) > assessments.started_on then 'unborn'
        when assessments.is_child_seen and assessments.child_seen_on is null then 'no_day_seen'
    end as left_out_reason
from assessments
left join known.referrals as referrals on referrals.referral_id = assessments.referral_id
left join known.people as people on people.child_id = assessments.child_id

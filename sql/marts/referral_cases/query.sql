-- Referrals and the assessment that answers each: the cases of the two clocks that run from the referral, one for
-- initial assessments and one for single ones. Only the first of its kind is timed from the referral.
with referrals as (
    select
        referral_id, child_id, referred_on, referred_at, closed_on, is_nfa, team_id, worker_id,
        cast(null as text) as row_digest, false as is_quarantined
    from known.referrals
    union all
    select
        referral_id, child_id, referred_on, referred_at, closed_on, is_nfa, team_id, worker_id,
        row_digest, true as is_quarantined
    from known.quarantined_referrals
),

pairs as (
    select
        assessments.assessment_kind,
        coalesce(assessments.assessment_id, assessments.row_digest) as assessment_id,
        assessments.child_id as assessed_child_id,
        assessments.worker_id,
        assessments.team_id,
        assessments.started_on as assessed_from_on,
        assessments.started_at as assessed_from_at,
        assessments.authorised_on,
        assessments.authorised_at,
        assessments.is_quarantined,
        referrals.referral_id,
        referrals.child_id,
        referrals.referred_on,
        referrals.referred_at,
        referrals.closed_on,
        referrals.team_id as referral_team_id,
        referrals.is_quarantined as is_referral_quarantined,
        coalesce(assessments.authorised_on < referrals.referred_on, false)
        or coalesce(assessments.authorised_at < referrals.referred_at, false) as is_invalid
    from clocks.assessments_typed as assessments
    left join referrals on referrals.referral_id = assessments.referral_id
),

-- A good row wins over an impossible one: the clock takes the next. A quarantined row without a start may be the first.
ranked as (
    select
        pairs.*,
        row_number() over (
            partition by assessment_kind, referral_id, is_invalid
            order by
                case when assessed_from_on is null then 0 else 1 end,
                assessed_from_on,
                case when assessed_from_at is null then 0 else 1 end,
                assessed_from_at,
                assessment_id
        ) as place
    from pairs
    where assessment_kind in ('initial', 'single')
),

paired as (
    select
        assessment_kind,
        coalesce(referral_id, assessment_id) as subject_id,
        coalesce(child_id, assessed_child_id) as child_id,
        worker_id,
        coalesce(team_id, referral_team_id) as team_id,
        case when referral_id is null then assessed_from_on else referred_on end as started_on,
        case when referral_id is null then assessed_from_at else referred_at end as started_at,
        authorised_on as stopped_on,
        authorised_at as stopped_at,
        closed_on as withdrawn_on,
        case
            when is_quarantined or coalesce(is_referral_quarantined, false) then 'quarantined'
            when referral_id is null then 'no_referral'
            when place > 1 and not is_invalid then 'second_assessment'
        end as left_out_reason
    from ranked
),

assessed as (
    select
        referral_id,
        bool_or(assessment_kind = 'initial') as has_initial,
        bool_or(assessment_kind = 'single') as has_single
    from ranked
    where referral_id is not null and not is_invalid
    group by referral_id
),

awaited as (
    select
        referrals.*,
        case when referrals.referred_on < settings.single_assessments_from then 'initial' else 'single' end
            as assessment_kind
    from referrals
    cross join known.settings as settings
    where not coalesce(referrals.is_nfa, false)
),

-- Accepted, and the assessment that its date calls for has not begun: the clock runs. A core assessment, or one without
-- a type, does not stand for it.
unanswered as (
    select
        awaited.assessment_kind,
        coalesce(awaited.referral_id, awaited.row_digest) as subject_id,
        awaited.child_id,
        awaited.worker_id,
        awaited.team_id,
        awaited.referred_on as started_on,
        awaited.referred_at as started_at,
        cast(null as date) as stopped_on,
        cast(null as timestamp) as stopped_at,
        awaited.closed_on as withdrawn_on,
        case when awaited.is_quarantined then 'quarantined' end as left_out_reason
    from awaited
    left join assessed on assessed.referral_id = awaited.referral_id
    where
        not coalesce(assessed.has_single, false)
        and not (awaited.assessment_kind = 'initial' and coalesce(assessed.has_initial, false))
)

select
    assessment_kind, subject_id, child_id, worker_id, team_id, started_on, started_at, stopped_on, stopped_at,
    withdrawn_on, left_out_reason
from paired
union all
select
    assessment_kind, subject_id, child_id, worker_id, team_id, started_on, started_at, stopped_on, stopped_at,
    withdrawn_on, left_out_reason
from unanswered

-- One row per authorised assessment that found a need: to the first plan of any kind under the same referral, or
-- of the same child where one of the two names no referral.
with assessments as (
    select
        assessment_id, child_id, referral_id, team_id, worker_id, assessment_type, started_on, authorised_on,
        authorised_at, is_nfa, false as is_quarantined
    from known.assessments
    where authorised_on is not null
    union all
    select
        coalesce(assessment_id, row_digest) as assessment_id, child_id, referral_id, team_id, worker_id,
        assessment_type, started_on, coalesce(authorised_on, started_on) as authorised_on, authorised_at, is_nfa,
        true as is_quarantined
    from known.quarantined_assessments
),

plans as (
    select 'need ' || plan_id as plan_id, child_id, referral_id, started_on, ended_on, false as is_quarantined
    from known.need_plans
    union all
    select
        coalesce('need ' || plan_id, row_digest) as plan_id, child_id, referral_id, started_on, ended_on,
        true as is_quarantined
    from known.quarantined_need_plans
    union all
    select 'protection ' || plan_id as plan_id, child_id, referral_id, started_on, ended_on, false as is_quarantined
    from known.protection_plans
    union all
    select
        coalesce('protection ' || plan_id, row_digest) as plan_id, child_id, referral_id, started_on, ended_on,
        true as is_quarantined
    from known.quarantined_protection_plans
    union all
    select 'care ' || episode_id as plan_id, child_id, referral_id, started_on, ended_on, false as is_quarantined
    from known.looked_after_episodes
    union all
    select
        coalesce('care ' || episode_id, row_digest) as plan_id, child_id, referral_id, started_on, ended_on,
        true as is_quarantined
    from known.quarantined_looked_after_episodes
),

followed as (
    select distinct initial.assessment_id
    from known.assessments as initial
    join known.assessments as core
        on core.referral_id = initial.referral_id
        and core.assessment_type = 'core'
        and core.started_on >= initial.started_on
    where initial.assessment_type = 'initial'
),

needs as (
    select
        assessments.*,
        referrals.team_id as referral_team_id,
        referrals.closed_on
    from assessments
    left join known.referrals as referrals on referrals.referral_id = assessments.referral_id
    where not coalesce(assessments.is_nfa, false)
),

running as (
    select needs.assessment_id, bool_or(not plans.is_quarantined) as is_known
    from needs
    join plans
        on plans.child_id = needs.child_id
        and plans.started_on < needs.authorised_on
        and (plans.ended_on is null or plans.ended_on > needs.authorised_on)
    group by needs.assessment_id
),

-- A plan in quarantine whose first day cannot be read stands for the missing one only where there is no other.
answers as (
    select
        needs.assessment_id,
        plans.plan_id,
        plans.started_on,
        plans.is_quarantined,
        row_number() over (
            partition by needs.assessment_id
            order by
                case when plans.started_on is null then 1 else 0 end,
                plans.started_on,
                plans.is_quarantined,
                plans.plan_id
        ) as place
    from needs
    join plans
        on plans.child_id = needs.child_id
        and (plans.started_on is null or plans.started_on >= needs.authorised_on)
        and (
            plans.referral_id = needs.referral_id
            or (
                (plans.referral_id is null or needs.referral_id is null)
                and (needs.closed_on is null or plans.started_on is null or plans.started_on < needs.closed_on)
            )
        )
)

select
    needs.assessment_id as subject_id,
    needs.child_id,
    needs.worker_id,
    coalesce(needs.team_id, needs.referral_team_id) as team_id,
    needs.authorised_on as started_on,
    needs.authorised_at as started_at,
    answers.started_on as stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as text) as case_kind,
    case when needs.closed_on is not null then greatest(needs.closed_on, needs.authorised_on) end as withdrawn_on,
    case
        when needs.is_quarantined then 'quarantined'
        when followed.assessment_id is not null then 'core_assessment_follows'
        when running.is_known then 'on_plan'
        when running.assessment_id is not null or coalesce(answers.is_quarantined, false) then 'quarantined'
    end as left_out_reason
from needs
left join followed on followed.assessment_id = needs.assessment_id
left join running on running.assessment_id = needs.assessment_id
left join answers on answers.assessment_id = needs.assessment_id and answers.place = 1
union all
select
    plans.plan_id as subject_id,
    plans.child_id,
    cast(null as text) as worker_id,
    cast(null as text) as team_id,
    cast(null as date) as started_on,
    cast(null as timestamp) as started_at,
    plans.started_on as stopped_on,
    cast(null as timestamp) as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    'quarantined' as left_out_reason
from plans
where
    plans.is_quarantined
    and not exists (
        select 1
        from answers
        where answers.plan_id = plans.plan_id and answers.place = 1
    )

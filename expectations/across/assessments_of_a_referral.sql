-- One row per assessment, beside the other ones on the same referral: those running when it began, and open ones.
with others as (
    select
        assessments.assessment_id,
        bool_or(
            other.started_on <= assessments.started_on
            -- A core assessment beside an initial one is as it should be.
            and coalesce(other.assessment_type, 'single') = coalesce(assessments.assessment_type, 'single')
            and (other.authorised_on is null or other.authorised_on >= assessments.started_on)
            -- Of two that began on the same day, the later id is the one that began beside the other.
            and (other.started_on < assessments.started_on or other.assessment_id < assessments.assessment_id)
        ) as is_begun_beside_another,
        bool_or(other.authorised_on is null and assessments.authorised_on is null) as is_open_beside_another
    from known.assessments as assessments
    join known.assessments as other
        on other.referral_id = assessments.referral_id
        and other.child_id = assessments.child_id
        and other.assessment_id <> assessments.assessment_id
    group by assessments.assessment_id
)

select
    coalesce(others.is_begun_beside_another, false) as is_begun_beside_another,
    case when assessments.authorised_on is null then coalesce(others.is_open_beside_another, false) end
        as is_open_beside_another
from known.assessments as assessments
left join others on others.assessment_id = assessments.assessment_id
where assessments.referral_id is not null

-- One row per authorised assessment: is there a set of factors with at least one in it? An empty list is none; the code
-- for "no factors identified" is an answer.
with sets as (
    select assessment_id, factors, false as is_quarantined
    from known.assessment_factors
    union all
    select assessment_id, factors, true as is_quarantined
    from known.quarantined_assessment_factors
),

found as (
    select
        assessment_id,
        bool_or(not is_quarantined and coalesce(replace(lower(factors), 'null', '') ~ '[0-9a-z]', false)) as has_factor,
        bool_or(is_quarantined) as has_quarantined
    from sets
    where assessment_id is not null
    group by assessment_id
)

select
    assessments.subject_id,
    assessments.child_id,
    assessments.team_id,
    assessments.on_date,
    coalesce(found.has_factor, false) as is_passed,
    case
        when assessments.left_out_reason is not null then assessments.left_out_reason
        when found.has_quarantined and not found.has_factor then 'quarantined'
    end as left_out_reason
from clocks.authorised_assessments as assessments
left join found on found.assessment_id = assessments.assessment_id

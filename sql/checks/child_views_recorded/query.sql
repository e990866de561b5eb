-- One row per authorised assessment of a child old enough to be asked, by completed years on the day of authorisation.
with assessments as (
    select
        assessments.*,
        births.is_quarantined as is_person_quarantined,
        authorised.month_number - births.month_number
        - case when authorised.day_of_month < births.day_of_month then 1 else 0 end as age_months
    from clocks.authorised_assessments as assessments
    left join clocks.births as births on births.child_id = assessments.child_id
    left join calendar.days as authorised on authorised.on_date = assessments.authorised_on
)

select
    assessments.subject_id,
    assessments.child_id,
    assessments.team_id,
    assessments.on_date,
    assessments.is_child_views_recorded as is_passed,
    case
        when assessments.left_out_reason is not null then assessments.left_out_reason
        when coalesce(assessments.is_person_quarantined, false) then 'quarantined'
        when assessments.age_months is null then 'age_unknown'
    end as left_out_reason
from assessments
cross join known.settings as settings
where assessments.age_months is null or assessments.age_months >= settings.child_views_from_age * 12

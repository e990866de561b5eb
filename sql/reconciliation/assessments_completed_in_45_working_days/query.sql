select
    assessments.assessment_id as subject_id,
    assessments.child_id as child_id,
    assessments.started_on as from_on,
    assessments.authorised_on as until_on,
    case when stopped.working_day_number - started.working_day_number > 45 then 'longer' end as reason
from known.assessments as assessments
join calendar.days as started on started.on_date = assessments.started_on
left join calendar.days as stopped on stopped.on_date = assessments.authorised_on

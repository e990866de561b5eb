-- One row per assessment, those in quarantine too: how long an open one has run, in working days, and when it ended.
with assessments as (
    select started_on, authorised_on from known.assessments
    union all
    select started_on, authorised_on from known.quarantined_assessments
)

select
    assessments.started_on,
    assessments.authorised_on,
    case
        when assessments.authorised_on is null then today.working_day_number - started.working_day_number
    end as open_working_days
from assessments
cross join known.moment as moment
join calendar.days as today on today.on_date = moment.as_at_on
left join calendar.days as started on started.on_date = assessments.started_on

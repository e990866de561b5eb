-- The schedule of newly qualified workers: weekly to day 42, fortnightly to six months, then monthly to a year.
select
    workers.worker_id,
    stages.case_kind,
    stages.from_on,
    stages.until_on
from known.professionals as workers
join calendar.days as qualified on qualified.on_date = workers.newly_qualified_from_on
join calendar.months as half_year on half_year.month_number = qualified.month_number + 6
join calendar.months as whole_year on whole_year.month_number = qualified.month_number + 12
cross join lateral (
    values
    ('newly_qualified_weekly', qualified.on_date, qualified.on_date + 42),
    (
        'newly_qualified_fortnightly',
        qualified.on_date + 42,
        half_year.first_on + least(qualified.day_of_month, half_year.days_in_month) - 1
    ),
    (
        'newly_qualified_monthly',
        half_year.first_on + least(qualified.day_of_month, half_year.days_in_month) - 1,
        whole_year.first_on + least(qualified.day_of_month, whole_year.days_in_month) - 1
    )
) as stages (case_kind, from_on, until_on)

-- One row per census year, April to March: how many protection plans began in it and how many conferences were held,
-- transfers in among them.
with events as (
    select started_on as on_date, 1 as plans, 0 as conferences from known.protection_plans
    union all
    select held_on as on_date, 0 as plans, 1 as conferences from known.conferences
),

-- Months are numbered from January of year 0. Moved back by three, those of a census year are the twelve of one year.
moved as (
    select events.plans, events.conferences, days.month_number - 3 as month_number
    from events
    join calendar.days as days on days.on_date = events.on_date
)

select cast(sum(conferences) as integer) as conferences, cast(sum(plans) as integer) as plans
from moved
group by div(month_number, 12)

-- For duties that were paused (by absence): every day with the number of days so far that were not paused, on the scale
-- of calendar.days.day_number. Due dates of a paused duty are looked up here, so each paused day moves them by one.
with paused_days as (
    select distinct duties.duty_number, days.on_date
    from clocks.pauses as pauses
    join clocks.started_duties as duties on duties.clock = pauses.clock and duties.subject_id = pauses.subject_id
    join calendar.days as days on days.on_date >= pauses.from_on and days.on_date <= pauses.to_on
),

paused_duties as (
    select paused_days.duty_number, least(min(paused_days.on_date), min(duties.start_on)) as from_on
    from paused_days
    join clocks.started_duties as duties on duties.duty_number = paused_days.duty_number
    group by paused_days.duty_number
)

select
    duties.duty_number,
    days.on_date,
    paused_days.on_date is null as is_active,
    days.day_number - count(paused_days.on_date) over (
        partition by duties.duty_number order by days.on_date
    ) as active_number
from paused_duties as duties
join calendar.days as days on days.on_date >= duties.from_on
left join paused_days
    on paused_days.duty_number = duties.duty_number
    and paused_days.on_date = days.on_date

-- The windows after each anchor, from the first to the one in which something was done next (or in which the horizon
-- falls): when it is due, and until when it would still be in time.
with numbered as (
    select anchors.*, 1 as place
    from clocks.anchors as anchors
    union all
    select anchors.*, numbers.place
    from clocks.anchors as anchors
    join clocks.window_numbers as numbers on numbers.place <= anchors.reached_window
    where anchors.reached_window > 1
),

counted_days as (
    select stop_number, on_date
    from calendar.days
    where has_counted
),

in_working_days as (
    select
        numbered.duty_number,
        numbered.anchor_on,
        numbered.place,
        due.on_date as due_on,
        following.on_date - 1 as until_on
    from numbered
    left join counted_days as due
        on due.stop_number = numbered.start_number + numbered.place * numbered.limit_value
    left join counted_days as following
        on following.stop_number = numbered.start_number + numbered.place * numbered.limit_value + 1
    where numbered.unit = 'working_days'
),

in_days as (
    select
        numbered.duty_number,
        numbered.anchor_on,
        numbered.place,
        numbered.is_paused,
        numbered.active_number + case numbered.unit
            when 'days' then numbered.place * numbered.limit_value
            when 'months' then
                months.first_day_number + least(numbered.day_of_month, months.days_in_month) - 1 - numbered.day_number
        end as due_number
    from numbered
    left join calendar.months as months
        on months.month_number = numbered.month_number + numbered.place * numbered.limit_value
    where numbered.unit in ('days', 'months')
),

in_active_days as (
    select
        in_days.duty_number,
        in_days.anchor_on,
        in_days.place,
        coalesce(paused_due.on_date, days.on_date) as due_on,
        coalesce(paused_following.on_date - 1, days.on_date) as until_on
    from in_days
    left join calendar.days as days on days.day_number = in_days.due_number and not in_days.is_paused
    left join clocks.active_days as paused_due
        on paused_due.duty_number = in_days.duty_number
        and paused_due.active_number = in_days.due_number
        and paused_due.is_active
        and in_days.is_paused
    left join clocks.active_days as paused_following
        on paused_following.duty_number = in_days.duty_number
        and paused_following.active_number = in_days.due_number + 1
        and paused_following.is_active
        and in_days.is_paused
)

select duty_number, anchor_on, place, due_on, until_on
from in_working_days
union all
select duty_number, anchor_on, place, due_on, until_on
from in_active_days

-- The limits in whole days, for each day on which a case could begin: when it would be due, and until when in time. Of a
-- limit that is kept to the minute, the days that its ladder names for cases without a time of day.
with rungs as (
    select
        clock,
        coalesce(case_kind, '') as case_kind,
        from_on,
        until_on,
        case when days_unit is null then limit_value else days_value end as limit_value,
        coalesce(days_unit, unit) as unit,
        days_unit is not null as is_without_times
    from known.limits
    where limit_value is not null
),

counted_days as (
    select stop_number, on_date
    from calendar.days
    where has_counted
)

select
    rungs.clock,
    rungs.case_kind,
    days.on_date as started_on,
    days.start_number,
    days.day_number,
    rungs.limit_value,
    rungs.unit,
    rungs.is_without_times,
    case rungs.unit
        when 'working_days' then greatest(days.on_date, due_working_day.on_date)
        when 'days' then due_day.on_date
        when 'months' then due_month.first_on + least(days.day_of_month, due_month.days_in_month) - 1
    end as due_on,
    case rungs.unit
        when 'working_days' then next_working_day.on_date - 1
        when 'days' then due_day.on_date
        when 'months' then due_month.first_on + least(days.day_of_month, due_month.days_in_month) - 1
    end as in_time_until_on
from rungs
cross join known.moment as moment
join calendar.days as days
    on days.on_date <= moment.as_at_on
    and (rungs.from_on is null or days.on_date >= rungs.from_on)
    and (rungs.until_on is null or days.on_date < rungs.until_on)
left join counted_days as due_working_day on due_working_day.stop_number = days.start_number + rungs.limit_value
left join counted_days as next_working_day
    on next_working_day.stop_number = days.start_number + rungs.limit_value + 1
left join calendar.days as due_day on due_day.day_number = days.day_number + rungs.limit_value
left join calendar.months as due_month on due_month.month_number = days.month_number + rungs.limit_value

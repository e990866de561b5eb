-- The months that an indicator is counted for: from its first complete month to the as-at's, whose last day is the
-- as-at itself while the month is not over.
select
    definitions.indicator,
    months.month,
    months.month_number,
    months.first_on,
    months.last_on,
    least(months.last_on, moment.as_at_on) as ends_on,
    ends.working_day_number as ends_working_day_number,
    least(
        cast(ends.on_date as timestamp)
        + cast(ends.ends_second - cast(ends.day_number as bigint) * 86400 as integer) * interval '1 second',
        moment.as_at
    ) as ends_at,
    case when months.last_on + definitions.maturity_days <= moment.as_at_on then 'mature' else 'young' end as maturity
from clocks.definitions as definitions
join known.first_complete as first_complete on first_complete.clock = definitions.indicator
cross join known.moment as moment
join calendar.months as months
    on months.first_on >= first_complete.first_on and months.first_on <= moment.as_at_on
join calendar.days as ends on ends.on_date = least(months.last_on, moment.as_at_on)

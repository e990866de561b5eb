-- One row per day on which the office is open: how many of its minutes went by without the system. Moments are seconds
-- since 1900 in UTC, like those of the calendar; a moment without a time of day is the day's beginning or its end.
with moment as (
    select
        moment.as_at_on,
        cast(days.day_number as bigint) * 86400
        + cast(extract(hour from moment.as_at) as bigint) * 3600
        + cast(extract(minute from moment.as_at) as bigint) * 60
        + cast(floor(extract(second from moment.as_at)) as bigint) as as_at_second
    from known.moment as moment
    join calendar.days as days on days.on_date = cast(moment.as_at as date)
),

outages as (
    select
        outages.started_on,
        coalesce(outages.ended_on, moment.as_at_on) as ended_on,
        case
            when outages.started_at is null then started.starts_second
            else
                cast(started_utc.day_number as bigint) * 86400
                + cast(extract(hour from outages.started_at) as bigint) * 3600
                + cast(extract(minute from outages.started_at) as bigint) * 60
                + cast(floor(extract(second from outages.started_at)) as bigint)
        end as started_second,
        case
            when outages.ended_on is null then moment.as_at_second
            when outages.ended_at is null then ended.ends_second
            else
                cast(ended_utc.day_number as bigint) * 86400
                + cast(extract(hour from outages.ended_at) as bigint) * 3600
                + cast(extract(minute from outages.ended_at) as bigint) * 60
                + cast(floor(extract(second from outages.ended_at)) as bigint)
        end as ended_second
    from known.system_outages as outages
    cross join moment
    join calendar.days as started on started.on_date = outages.started_on
    left join calendar.days as ended on ended.on_date = outages.ended_on
    left join calendar.days as started_utc on started_utc.on_date = cast(outages.started_at as date)
    left join calendar.days as ended_utc on ended_utc.on_date = cast(outages.ended_at as date)
    where not coalesce(outages.is_planned, false)
),

open_days as (
    select days.on_date, days.opens_second, days.closes_second, days.open_seconds
    from clocks.months as months
    join calendar.days as days on days.on_date >= months.first_on and days.on_date <= months.ends_on
    where months.indicator = 'system_unavailable_minutes' and days.open_seconds > 0
),

-- The part of each outage that lies in a day's office hours, after what an earlier one of the same day already covers.
parts as (
    select
        open_days.on_date,
        greatest(outages.started_second, open_days.opens_second) as from_second,
        least(outages.ended_second, open_days.closes_second) as to_second
    from outages
    join open_days on open_days.on_date >= outages.started_on and open_days.on_date <= outages.ended_on
    where outages.started_second < open_days.closes_second and outages.ended_second > open_days.opens_second
),

covered as (
    select
        parts.*,
        max(to_second) over (
            partition by on_date order by from_second, to_second rows between unbounded preceding and 1 preceding
        ) as covered_to_second
    from parts
),

lost as (
    select on_date, sum(greatest(0, to_second - greatest(from_second, coalesce(covered_to_second, 0)))) as seconds
    from covered
    group by on_date
)

select
    cast(open_days.on_date as text) as subject_id,
    cast(null as text) as child_id,
    cast(null as text) as team_id,
    open_days.on_date,
    coalesce(div(cast(lost.seconds + 59 as bigint), 60), 0) as passed_count,
    div(open_days.open_seconds, 60) as record_count,
    cast(null as text) as left_out_reason
from open_days
left join lost on lost.on_date = open_days.on_date
union all
select
    coalesce(outage_id, row_digest) as subject_id,
    cast(null as text) as child_id,
    cast(null as text) as team_id,
    started_on as on_date,
    0 as passed_count,
    0 as record_count,
    'quarantined' as left_out_reason
from known.quarantined_system_outages

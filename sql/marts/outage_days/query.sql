-- The days that the log of outages names, and the days they are compared with: the same days of the week in the same
-- month, working days with working days, that the log does not name. An outage without an end lasts until the as-at;
-- of one in quarantine only the days that can be read are known.
with outages as (
    select
        outages.started_on,
        coalesce(outages.ended_on, moment.as_at_on) as ended_on,
        coalesce(outages.is_planned, false) as is_planned,
        false as is_quarantined
    from known.system_outages as outages
    cross join known.moment as moment
    union all
    select
        started_on,
        case when ended_on > started_on then ended_on else started_on end as ended_on,
        false as is_planned,
        true as is_quarantined
    from known.quarantined_system_outages
),

touched as (
    select
        days.on_date,
        days.month,
        days.day_number,
        days.is_working_day,
        bool_or(not outages.is_planned and not outages.is_quarantined) as is_outage,
        bool_or(outages.is_quarantined) as is_quarantined
    from outages
    join calendar.days as days on days.on_date >= outages.started_on and days.on_date <= outages.ended_on
    group by days.on_date, days.month, days.day_number, days.is_working_day
)

select
    on_date,
    case when is_outage then 'outage' when is_quarantined then 'quarantined' else 'planned' end as day_kind
from touched
union all
select distinct
    days.on_date,
    'matched' as day_kind
from touched
join calendar.days as days
    on days.month = touched.month
    and days.is_working_day = touched.is_working_day
    and mod(days.day_number - touched.day_number, 7) = 0
left join touched as named on named.on_date = days.on_date
where touched.is_outage and named.on_date is null

-- Counted from the first day of a placement the first visit is due within a week (for one that began less than a week
-- before our first complete month, counted from that month's first day, unless there was a visit on that very day);
-- counted from a day a year or more after it, the interval is that of placements after their first year.
with placements as (
    select
        duties.subject_id,
        duties.duty_from_on,
        greatest(duties.duty_from_on, first_complete.first_on) as counted_from_on,
        first_complete.first_on,
        anniversary.first_on + least(started.day_of_month, anniversary.days_in_month) - 1 as year_over_on,
        moment.as_at_on
    from clocks.duties as duties
    join known.first_complete as first_complete on first_complete.clock = duties.clock
    join calendar.days as started on started.on_date = duties.duty_from_on
    join calendar.months as anniversary on anniversary.month_number = started.month_number + 12
    cross join known.moment as moment
    where duties.clock = 'looked_after_visit_in_time'
)

select
    subject_id,
    'first_visit' as case_kind,
    counted_from_on as from_on,
    counted_from_on + 1 as until_on
from placements
where
    first_on < duty_from_on + 7
    and not exists (
        select 1
        from clocks.events as events
        where
            events.clock = 'looked_after_visit_in_time'
            and events.subject_id = placements.subject_id
            and events.done_on = placements.first_on
            and not events.is_quarantined
    )
union all
select
    subject_id,
    'after_first_year' as case_kind,
    year_over_on as from_on,
    as_at_on + 1 as until_on
from placements

-- Counted from the first day of the plan the first review is due sooner than the later ones; so it is, for a plan that
-- began less than that time before our first complete month, counted from that month's first day, unless a review was
-- held on that very day.
select
    duties.subject_id,
    'first_review' as case_kind,
    greatest(duties.duty_from_on, first_complete.first_on) as from_on,
    greatest(duties.duty_from_on, first_complete.first_on) + 1 as until_on
from clocks.duties as duties
join known.first_complete as first_complete on first_complete.clock = duties.clock
join calendar.days as started on started.on_date = duties.duty_from_on
join calendar.months as months on months.month_number = started.month_number + 3
where
    duties.clock = 'plan_review_in_time'
    and first_complete.first_on < months.first_on + least(started.day_of_month, months.days_in_month) - 1
    and not exists (
        select 1
        from clocks.events as events
        where
            events.clock = duties.clock
            and events.subject_id = duties.subject_id
            and events.done_on = first_complete.first_on
            and not events.is_quarantined
    )

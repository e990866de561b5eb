-- Cases of the clocks that run once per case, by the month in which they began: how many ended, and how many are still
-- open, after how long. Of the as-at's month and the twelve before it. Clocks whose stop is often recorded long after it
-- are not in it: what is open there is mostly what was done and not recorded, so none of it tells how long it takes.
select
    spans.clock as indicator,
    days.month,
    cast(spans.limit_value as integer) as limit_value,
    spans.unit,
    spans.elapsed,
    cast(sum(case when spans.outcome in ('in_time', 'late') then 1 else 0 end) as integer) as ended,
    cast(sum(case when spans.outcome in ('running', 'overdue') then 1 else 0 end) as integer) as open,
    cast(sum(case when spans.outcome = 'overdue' then 1 else 0 end) as integer) as overdue
from clocks.single_spans as spans
join clocks.definitions as definitions on definitions.indicator = spans.clock
join calendar.days as days on days.on_date = spans.started_on
where
    spans.kind = 'single'
    and definitions.maturity_days = 0
    and spans.outcome in ('in_time', 'late', 'running', 'overdue')
    and spans.started_on >= (
        select months.first_on
        from known.moment as moment
        join calendar.days as now on now.on_date = moment.as_at_on
        join calendar.months as months on months.month_number = now.month_number - 12
    )
group by 1, 2, 3, 4, 5

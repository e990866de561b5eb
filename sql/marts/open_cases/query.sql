-- Open work of the clocks that run once per case, on the last day of each month, as far as known at the as-at: running
-- while not past its due date, overdue after it.
select
    spans.clock as indicator,
    months.month,
    spans.subject_id,
    spans.child_id,
    spans.worker_id,
    spans.team_id,
    spans.started_on,
    spans.due_on,
    case
        when spans.in_time_until_at is null and spans.in_time_until_on >= months.ends_on then 'running'
        when spans.in_time_until_at >= months.ends_at then 'running'
        else 'overdue'
    end as state
from clocks.single_spans as spans
join clocks.months as months
    on months.indicator = spans.clock
    and spans.started_on <= months.ends_on
    and (spans.stopped_on is null or spans.stopped_on > months.ends_on)
    and (spans.stopped_on is not null or spans.withdrawn_on is null or spans.withdrawn_on > months.ends_on)
where spans.kind = 'single' and spans.outcome in ('in_time', 'late', 'running', 'overdue', 'withdrawn')

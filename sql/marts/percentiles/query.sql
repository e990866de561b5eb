-- Median and ninetieth percentile of the time taken by finished cases, nearest rank, from the histograms: the smallest
-- time by which at least so many had finished. There are none where times are in different units, by kind of case or
-- because some cases have no time of day: nobody can set days against hours. Nor where the limit is a time of day.
with units as (
    select clock, min(unit) as unit
    from known.limits
    group by clock
    having min(unit) = max(unit) and max(by_second) is null
),

finished as (
    select
        spans.clock as indicator, spans.cohort_month as month, spans.team_id, spans.elapsed, spans.count,
        case when spans.unit = units.unit then 0 else 1 end as is_in_another_unit
    from marts.histograms as spans
    join units on units.clock = spans.clock
    where spans.outcome in ('in_time', 'late') and spans.elapsed is not null
),

scoped as (
    select finished.*, 'authority' as scope_type, 'authority' as scope_id
    from finished
    union all
    select finished.*, scopes.scope_type, scopes.scope_id
    from finished
    join marts.team_scopes as scopes on scopes.team_id = finished.team_id
),

summed as (
    select
        indicator, month, scope_type, scope_id, elapsed, sum(count) as finished,
        max(is_in_another_unit) as is_in_another_unit
    from scoped
    group by 1, 2, 3, 4, 5
),

accumulated as (
    select
        summed.*,
        sum(finished) over (partition by indicator, month, scope_type, scope_id order by elapsed) as finished_by,
        sum(finished) over (partition by indicator, month, scope_type, scope_id) as finished_in_all
    from summed
)

select
    indicator,
    month,
    scope_type,
    scope_id,
    min(case when finished_by * 2 >= finished_in_all then elapsed end) as median,
    min(case when finished_by * 10 >= finished_in_all * 9 then elapsed end) as p90
from accumulated
group by 1, 2, 3, 4
having max(is_in_another_unit) = 0

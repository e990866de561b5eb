-- Median and ninetieth percentile of the time taken by finished cases, nearest rank, from the histograms: the smallest
-- time by which at least so many had finished.
with finished as (
    select clock as indicator, cohort_month as month, team_id, elapsed, count
    from marts.histograms
    where outcome in ('in_time', 'late') and elapsed is not null
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
    select indicator, month, scope_type, scope_id, elapsed, sum(count) as finished
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

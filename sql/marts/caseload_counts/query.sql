-- Ratios: children (each once) over the full-time equivalents of the workers who hold them, and the middle and the
-- ninetieth percentile of the workers' own ratios, nearest rank. Nearly every child and worker stands in one team: they
-- are counted by team first, and only those in several teams scope by scope.
with held as (
    select levels.indicator, levels.month, levels.team_id, levels.worker_id, levels.child_id, levels.amount
    from clocks.levels as levels
    join clocks.definitions as definitions on definitions.indicator = levels.indicator and definitions.measure = 'ratio'
    where levels.left_out_reason is null
),

children as (
    select
        indicator, month, child_id, max(team_id) as any_team_id,
        case when min(team_id) = max(team_id) and count(team_id) = count(*) then min(team_id) end as team_id
    from held
    group by 1, 2, 3
),

children_by_team as (
    select indicator, month, team_id, count(*) as children
    from children
    group by 1, 2, 3
),

children_of_several as (
    select held.indicator, held.month, scopes.scope_type, scopes.scope_id, held.child_id
    from children
    join held
        on held.indicator = children.indicator and held.month = children.month and held.child_id = children.child_id
    join marts.team_scopes as scopes on scopes.team_id = held.team_id
    where children.team_id is null and children.any_team_id is not null
    group by 1, 2, 3, 4, 5
),

counted_children as (
    select indicator, month, 'authority' as scope_type, 'authority' as scope_id, children
    from children_by_team
    union all
    select counts.indicator, counts.month, scopes.scope_type, scopes.scope_id, counts.children
    from children_by_team as counts
    join marts.team_scopes as scopes on scopes.team_id = counts.team_id
    union all
    select indicator, month, scope_type, scope_id, 1 as children
    from children_of_several
),

workers as (
    select
        indicator, month, worker_id, max(amount) as amount, count(*) / max(amount) as ratio,
        max(team_id) as any_team_id,
        case when min(team_id) = max(team_id) and count(team_id) = count(*) then min(team_id) end as team_id
    from held
    group by 1, 2, 3
),

-- Many workers have the same ratio. Shares are added up as decimals: the sum is the same in whatever order.
ratios_by_team as (
    select
        indicator, month, team_id, ratio,
        sum(cast(amount as numeric(18, 6))) as amount, count(*) as workers
    from workers
    group by 1, 2, 3, 4
),

workers_of_several as (
    select
        held.indicator, held.month, scopes.scope_type, scopes.scope_id, held.worker_id, max(held.amount) as amount,
        count(*) / max(held.amount) as ratio
    from workers
    join held
        on held.indicator = workers.indicator and held.month = workers.month and held.worker_id = workers.worker_id
    join marts.team_scopes as scopes on scopes.team_id = held.team_id
    where workers.team_id is null and workers.any_team_id is not null
    group by 1, 2, 3, 4, 5
),

counted_ratios as (
    select indicator, month, 'authority' as scope_type, 'authority' as scope_id, ratio, amount, workers
    from ratios_by_team
    union all
    select
        counts.indicator, counts.month, scopes.scope_type, scopes.scope_id, counts.ratio, counts.amount, counts.workers
    from ratios_by_team as counts
    join marts.team_scopes as scopes on scopes.team_id = counts.team_id
    union all
    select
        indicator, month, scope_type, scope_id, ratio, cast(amount as numeric(18, 6)) as amount, 1 as workers
    from workers_of_several
),

ratios as (
    select indicator, month, scope_type, scope_id, ratio, sum(amount) as amount, sum(workers) as workers
    from counted_ratios
    group by 1, 2, 3, 4, 5
),

ranked as (
    select
        ratios.*,
        sum(workers) over (partition by indicator, month, scope_type, scope_id order by ratio) as reached,
        sum(workers) over (partition by indicator, month, scope_type, scope_id) as all_workers
    from ratios
),

summed as (
    select
        indicator,
        month,
        scope_type,
        scope_id,
        cast(sum(amount) as double precision) as denominator,
        sum(workers) as subjects,
        min(case when reached * 2 >= all_workers then ratio end) as median,
        min(case when reached * 10 >= all_workers * 9 then ratio end) as p90
    from ranked
    group by 1, 2, 3, 4
),

numerators as (
    select indicator, month, scope_type, scope_id, sum(children) as numerator
    from counted_children
    group by 1, 2, 3, 4
)

select
    summed.indicator,
    summed.month,
    summed.scope_type,
    summed.scope_id,
    numerators.numerator,
    summed.denominator,
    summed.subjects,
    summed.median,
    summed.p90
from summed
join numerators
    on numerators.indicator = summed.indicator
    and numerators.month = summed.month
    and numerators.scope_type = summed.scope_type
    and numerators.scope_id = summed.scope_id

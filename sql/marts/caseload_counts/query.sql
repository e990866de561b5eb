-- Ratios: children (each once) over the full-time equivalents of the workers who hold them, and the middle and the
-- ninetieth percentile of the workers' own ratios, nearest rank.
with held as (
    select levels.indicator, levels.month, levels.team_id, levels.worker_id, levels.child_id, levels.amount
    from clocks.levels as levels
    join clocks.definitions as definitions on definitions.indicator = levels.indicator and definitions.measure = 'ratio'
    where levels.left_out_reason is null
),

children as (
    select indicator, month, scope_type, scope_id, count(*) as numerator
    from (
        select indicator, month, 'authority' as scope_type, 'authority' as scope_id, child_id
        from held
        group by 1, 2, 3, 4, 5
        union all
        select held.indicator, held.month, scopes.scope_type, scopes.scope_id, held.child_id
        from held
        join marts.team_scopes as scopes on scopes.team_id = held.team_id
        group by 1, 2, 3, 4, 5
    ) as each_once
    group by 1, 2, 3, 4
),

holders as (
    select indicator, month, team_id, worker_id, max(amount) as amount, count(*) as cases
    from held
    group by 1, 2, 3, 4
),

scoped as (
    select holders.*, 'authority' as scope_type, 'authority' as scope_id
    from holders
    union all
    select holders.*, scopes.scope_type, scopes.scope_id
    from holders
    join marts.team_scopes as scopes on scopes.team_id = holders.team_id
),

workers as (
    select
        indicator, month, scope_type, scope_id, worker_id, max(amount) as amount,
        sum(cases) / max(amount) as ratio
    from scoped
    group by 1, 2, 3, 4, 5
),

-- Many workers have the same ratio. Shares are added up as decimals: the sum is the same in whatever order.
ratios as (
    select
        indicator, month, scope_type, scope_id, ratio, sum(cast(amount as numeric(18, 6))) as amount,
        count(*) as workers
    from workers
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
)

select
    summed.indicator,
    summed.month,
    summed.scope_type,
    summed.scope_id,
    children.numerator,
    summed.denominator,
    summed.subjects,
    summed.median,
    summed.p90
from summed
join children
    on children.indicator = summed.indicator
    and children.month = summed.month
    and children.scope_type = summed.scope_type
    and children.scope_id = summed.scope_id

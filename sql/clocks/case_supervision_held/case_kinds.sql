-- From when to when which plan sets the interval: of all that a child has on a day, the one with the shortest. A need
-- plan has the interval of a child without a plan, so it stands here only to win over a longer one.
with plans as (
    select child_id, 'protection_plan' as case_kind, started_on as from_on, ended_on as until_on
    from known.protection_plans
    union all
    select child_id, 'protection_plan' as case_kind, started_on as from_on, ended_on as until_on
    from known.quarantined_protection_plans
    union all
    select child_id, 'looked_after' as case_kind, started_on as from_on, ended_on as until_on
    from known.looked_after_episodes
    union all
    select child_id, cast(null as text) as case_kind, started_on as from_on, ended_on as until_on
    from known.need_plans
    union all
    select child_id, cast(null as text) as case_kind, started_on as from_on, ended_on as until_on
    from known.quarantined_need_plans
),

edges as (
    select child_id, from_on as on_date
    from plans
    where from_on is not null
    union
    select child_id, until_on as on_date
    from plans
    where until_on is not null
),

stretches as (
    select
        edges.child_id,
        edges.on_date as from_on,
        coalesce(
            lead(edges.on_date) over (partition by edges.child_id order by edges.on_date), moment.as_at_on + 1
        ) as until_on
    from edges
    cross join known.moment as moment
),

ranked as (
    select
        stretches.child_id,
        stretches.from_on,
        stretches.until_on,
        plans.case_kind,
        row_number() over (
            partition by stretches.child_id, stretches.from_on
            order by
                case limits.unit when 'months' then limits.limit_value * 30 else limits.limit_value end,
                coalesce(plans.case_kind, '')
        ) as place
    from stretches
    join plans
        on plans.child_id = stretches.child_id
        and plans.from_on <= stretches.from_on
        and (plans.until_on is null or plans.until_on > stretches.from_on)
    join known.limits as limits
        on limits.clock = 'case_supervision_held'
        and coalesce(limits.case_kind, '') = coalesce(plans.case_kind, '')
)

select periods.period_id as subject_id, ranked.case_kind, ranked.from_on, ranked.until_on
from clocks.open_periods as periods
join ranked on ranked.child_id = periods.child_id
where not periods.is_quarantined and ranked.place = 1 and ranked.case_kind is not null

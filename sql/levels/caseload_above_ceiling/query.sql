-- One row per month and worker who holds children on its last day: are they more than the ceiling?
-- A child that a good row gives to the worker is counted, whatever else is in quarantine.
with held as (
    select
        months.month,
        months.ends_on,
        held_cases.worker_id,
        held_cases.child_id,
        bool_and(held_cases.is_quarantined) as is_quarantined
    from clocks.months as months
    join clocks.held_cases as held_cases
        on held_cases.started_on <= months.ends_on
        and (held_cases.ended_on is null or held_cases.ended_on > months.ends_on)
    where months.indicator = 'caseload_above_ceiling'
    group by months.month, months.ends_on, held_cases.worker_id, held_cases.child_id
),

holders as (
    select
        month,
        ends_on,
        worker_id,
        sum(case when is_quarantined or child_id is null then 0 else 1 end) as children,
        count(*) as children_at_most,
        min(child_id) as any_child_id
    from held
    group by month, ends_on, worker_id
),

-- The children that each may hold; a hair more, so that a product like 0.35 x 20 cannot fall short of its whole number.
allowed as (
    select
        workers.*,
        settings.minimum_fte,
        settings.caseload_ceiling * workers.full_time_equivalency + 0.000001 as most_children
    from known.professionals as workers
    cross join known.settings as settings
),

unreadable_workers as (
    select distinct worker_id from known.quarantined_professionals
)

select
    holders.month,
    coalesce(holders.worker_id, holders.any_child_id) as subject_id,
    cast(null as text) as child_id,
    holders.worker_id,
    workers.team_id,
    coalesce(holders.children > workers.most_children, false) as is_met,
    cast(null as double precision) as amount,
    case
        when holders.worker_id is null or unreadable_workers.worker_id is not null then 'quarantined'
        when
            workers.worker_id is null
            or workers.started_on > holders.ends_on
            or workers.left_on < holders.ends_on
            then 'not_in_post'
        when not coalesce(workers.is_case_holding, false) then 'not_case_holding'
        when workers.full_time_equivalency is null then 'no_full_time_equivalency'
        when workers.full_time_equivalency < workers.minimum_fte then 'below_minimum_full_time_equivalency'
        when holders.children = 0 then 'quarantined'
        when holders.children <= workers.most_children and holders.children_at_most > workers.most_children
            then 'quarantined'
    end as left_out_reason
from holders
left join allowed as workers on workers.worker_id = holders.worker_id
left join unreadable_workers on unreadable_workers.worker_id = holders.worker_id

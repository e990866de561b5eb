-- One row per month, worker and child that the worker holds on its last day; the amount is the worker's share of a
-- full-time post. A child that a good row gives to the worker is counted, whatever else is in quarantine.
with held as (
    select
        months.month,
        months.ends_on,
        involvements.worker_id,
        involvements.child_id,
        bool_and(involvements.is_quarantined) as is_quarantined
    from clocks.months as months
    join clocks.held_cases as involvements
        on involvements.started_on <= months.ends_on
        and (involvements.ended_on is null or involvements.ended_on > months.ends_on)
    where months.indicator = 'caseload_per_worker'
    group by months.month, months.ends_on, involvements.worker_id, involvements.child_id
),

unreadable_workers as (
    select distinct worker_id from known.quarantined_professionals
)

select
    held.month,
    coalesce(held.child_id, held.worker_id) as subject_id,
    held.child_id,
    held.worker_id,
    workers.team_id,
    cast(null as boolean) as is_met,
    workers.full_time_equivalency as amount,
    case
        when held.is_quarantined or unreadable_workers.worker_id is not null then 'quarantined'
        when
            workers.worker_id is null
            or workers.started_on > held.ends_on
            or workers.left_on < held.ends_on
            then 'not_in_post'
        when not coalesce(workers.is_case_holding, false) then 'not_case_holding'
        when workers.full_time_equivalency is null then 'no_full_time_equivalency'
        when workers.full_time_equivalency < settings.minimum_fte then 'below_minimum_full_time_equivalency'
        when held.child_id is null then 'no_child'
    end as left_out_reason
from held
cross join known.settings as settings
left join known.professionals as workers on workers.worker_id = held.worker_id
left join unreadable_workers on unreadable_workers.worker_id = held.worker_id

-- One row per newly qualified worker with a row in the workforce table: the days in post within the twelve months. One
-- who qualified while in post is counted from the first session since: qualifying starts no new chain. If that was
-- before the first complete month, the duty was running before it like any other.
with workers as (
    select
        workers.worker_id,
        workers.team_id,
        workers.left_on,
        workers.newly_qualified_from_on as qualified_on,
        case
            when workers.started_on > workers.newly_qualified_from_on then workers.started_on
            else workers.newly_qualified_from_on
        end as from_on,
        whole_year.first_on + least(days.day_of_month, whole_year.days_in_month) - 1 as year_until_on,
        coalesce(workers.started_on < workers.newly_qualified_from_on, false)
        and workers.newly_qualified_from_on >= first_complete.first_on as is_in_post_before
    from known.professionals as workers
    join calendar.days as days on days.on_date = workers.newly_qualified_from_on
    join calendar.months as whole_year on whole_year.month_number = days.month_number + 12
    join known.first_complete as first_complete on first_complete.clock = 'newly_qualified_supervision_held'
    where workers.has_workforce_row
),

first_sessions as (
    select workers.worker_id, min(sessions.held_on) as held_on
    from workers
    join clocks.held_sessions as sessions
        on sessions.worker_id = workers.worker_id
        and sessions.held_on >= workers.qualified_on
        and sessions.held_on < workers.year_until_on
    where workers.is_in_post_before and sessions.session_type = 'personal' and not sessions.is_quarantined
    group by workers.worker_id
)

select
    workers.worker_id as subject_id,
    cast(null as text) as child_id,
    workers.worker_id,
    workers.team_id,
    case when workers.is_in_post_before then coalesce(first_sessions.held_on, workers.from_on) else workers.from_on end
        as duty_from_on,
    case when workers.left_on < workers.year_until_on then workers.left_on + 1 else workers.year_until_on end
        as duty_until_on,
    case
        when workers.is_in_post_before and first_sessions.held_on is null then 'no_session_since_qualifying'
    end as left_out_reason
from workers
cross join known.moment as moment
left join first_sessions on first_sessions.worker_id = workers.worker_id
where
    workers.from_on <= moment.as_at_on
    and workers.from_on < workers.year_until_on
    and coalesce(workers.left_on >= workers.from_on, true)
union all
select
    coalesce(worker_id, row_digest) as subject_id,
    cast(null as text) as child_id,
    worker_id,
    team_id,
    newly_qualified_from_on as duty_from_on,
    cast(null as date) as duty_until_on,
    'quarantined' as left_out_reason
from known.quarantined_professionals
where
    coalesce(has_workforce_row, true)
    and (newly_qualified_from_on is not null or rule_ids like '%newly_qualified_from_on%')

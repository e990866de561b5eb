-- Personal supervision sessions that newly qualified workers had. One recorded before it was held is a plan, not a
-- session. One in quarantine that does not say whose or when it was may have been one of theirs: it is counted as left
-- out.
with sessions as (
    select
        worker_id, session_type, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        row_digest, true as is_quarantined
    from known.quarantined_supervision_sessions
    union all
    select
        worker_id, session_type, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        cast(null as text) as row_digest, false as is_quarantined
    from known.supervision_sessions
)

select
    coalesce(sessions.worker_id, sessions.row_digest) as subject_id,
    sessions.held_on as done_on,
    sessions.is_quarantined
from sessions
left join known.professionals as workers
    on workers.worker_id = sessions.worker_id and workers.newly_qualified_from_on is not null
left join calendar.days as days on days.on_date = workers.newly_qualified_from_on
left join calendar.months as whole_year on whole_year.month_number = days.month_number + 12
where
    (sessions.session_type = 'personal' or (sessions.session_type is null and sessions.is_quarantined))
    and sessions.cancelled_reason is null
    and (sessions.recorded_on is null or sessions.recorded_on >= sessions.held_on)
    and (sessions.recorded_at is null or sessions.held_at is null or sessions.recorded_at >= sessions.held_at)
    and (
        (sessions.is_quarantined and sessions.worker_id is null)
        or (sessions.is_quarantined and sessions.held_on is null and workers.worker_id is not null)
        or (
            sessions.held_on >= workers.newly_qualified_from_on
            and sessions.held_on < whole_year.first_on + least(days.day_of_month, whole_year.days_in_month) - 1
        )
    )

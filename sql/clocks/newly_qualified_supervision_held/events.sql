-- Personal supervision sessions that newly qualified workers had. One in quarantine that does not say whose or when it
-- was may have been one of theirs: it is counted as left out.
select
    coalesce(sessions.worker_id, sessions.row_digest) as subject_id,
    sessions.held_on as done_on,
    sessions.is_quarantined
from clocks.held_sessions as sessions
left join known.professionals as workers
    on workers.worker_id = sessions.worker_id and workers.newly_qualified_from_on is not null
left join calendar.days as days on days.on_date = workers.newly_qualified_from_on
left join calendar.months as whole_year on whole_year.month_number = days.month_number + 12
where
    (sessions.session_type = 'personal' or (sessions.session_type is null and sessions.is_quarantined))
    and (
        (sessions.is_quarantined and sessions.worker_id is null)
        or (sessions.is_quarantined and sessions.held_on is null and workers.worker_id is not null)
        or (
            sessions.held_on >= workers.newly_qualified_from_on
            and sessions.held_on < whole_year.first_on + least(days.day_of_month, whole_year.days_in_month) - 1
        )
    )

-- One row per action that has fallen due, in the month of its own due date. An open one has its due date to the end.
with actions as (
    select action_id, session_id, due_on, closed_on, row_digest, true as is_quarantined
    from known.quarantined_supervision_actions
    union all
    select action_id, session_id, due_on, closed_on, cast(null as text) as row_digest, false as is_quarantined
    from known.supervision_actions
)

select
    coalesce(actions.action_id, actions.row_digest) as subject_id,
    sessions.child_id,
    workers.team_id,
    actions.due_on as on_date,
    coalesce(actions.closed_on <= actions.due_on, false) as is_passed,
    case
        when actions.is_quarantined then 'quarantined'
        when actions.closed_on < sessions.held_on then 'invalid'
    end as left_out_reason
from actions
cross join known.moment as moment
left join known.supervision_sessions as sessions on sessions.session_id = actions.session_id
left join known.professionals as workers on workers.worker_id = sessions.worker_id
where actions.is_quarantined or actions.closed_on <= moment.as_at_on or actions.due_on < moment.as_at_on

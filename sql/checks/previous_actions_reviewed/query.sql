-- One row per session held: whether it looked back at the actions of the session before, of the same worker or child.
with held as (
    select
        session_id, session_type, worker_id, child_id, held_on, held_at, actions_set, is_previous_actions_reviewed,
        case session_type when 'personal' then worker_id when 'case' then child_id end as about_id
    from clocks.held_sessions
    where session_type in ('personal', 'case') and not is_quarantined
),

numbered as (
    select
        held.*,
        row_number() over (
            partition by session_type, about_id
            order by held_on, case when held_at is null then 0 else 1 end, held_at, session_id
        ) as place,
        lag(actions_set) over (
            partition by session_type, about_id
            order by held_on, case when held_at is null then 0 else 1 end, held_at, session_id
        ) as actions_before
    from held
),

judged as (
    select
        session_id,
        worker_id,
        child_id,
        held_on,
        coalesce(is_previous_actions_reviewed, false) as is_passed,
        case
            when about_id is null then 'no_child'
            when place = 1 then 'no_session_before'
            when actions_before = 0 then 'no_actions_before'
        end as left_out_reason
    from numbered
    union all
    select
        coalesce(session_id, row_digest) as session_id,
        worker_id,
        child_id,
        held_on,
        false as is_passed,
        'quarantined' as left_out_reason
    from known.quarantined_supervision_sessions
    where coalesce(session_type, 'personal') in ('personal', 'case') and cancelled_reason is null
)

select
    judged.session_id as subject_id,
    judged.child_id,
    workers.team_id,
    judged.held_on as on_date,
    judged.is_passed,
    judged.left_out_reason
from judged
left join known.professionals as workers on workers.worker_id = judged.worker_id

-- Children or workers of the recurring duties, each once per scope: open and in date, open and overdue, with something
-- due in the month, and of those the ones for whom all of it was done in time.
with scoped as (
    select states.*, 'authority' as scope_type, 'authority' as scope_id
    from marts.duty_states as states
    union all
    select states.*, scopes.scope_type, scopes.scope_id
    from marts.duty_states as states
    join marts.team_scopes as scopes on scopes.team_id = states.team_id
),

people as (
    select
        indicator,
        month,
        scope_type,
        scope_id,
        person_id,
        max(is_open) as is_open,
        max(is_overdue) as is_overdue,
        sum(slots) as slots,
        sum(slots_in_time) as slots_in_time
    from scoped
    group by 1, 2, 3, 4, 5
)

select
    indicator,
    month,
    scope_type,
    scope_id,
    sum(case when is_open = 1 and is_overdue = 0 then 1 else 0 end) as running,
    sum(is_overdue) as overdue,
    sum(case when slots > 0 then 1 else 0 end) as subjects,
    sum(case when slots > 0 and slots = slots_in_time then 1 else 0 end) as subjects_in_time
from people
group by 1, 2, 3, 4

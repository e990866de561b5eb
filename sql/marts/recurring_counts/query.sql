-- Children or workers of the recurring duties, each once per scope: open and in date, open and overdue, with something
-- due in the month, and of those the ones for whom all of it was done in time. Nearly everybody stands in one team: they
-- are counted by team first, and only those in several teams scope by scope.
with people as (
    select
        duties.person_number,
        states.month_number,
        min(duties.clock) as indicator,
        case
            when min(duties.team_id) = max(duties.team_id) and count(duties.team_id) = count(*) then min(duties.team_id)
        end as team_id,
        max(duties.team_id) as any_team_id,
        max(states.is_open) as is_open,
        max(states.is_overdue) as is_overdue,
        sum(states.slots) as slots,
        sum(states.slots_in_time) as slots_in_time
    from marts.duty_months as states
    join clocks.started_duties as duties on duties.duty_number = states.duty_number
    group by 1, 2
),

people_of_several as (
    select
        duties.person_number,
        states.month_number,
        people.indicator,
        scopes.scope_type,
        scopes.scope_id,
        max(states.is_open) as is_open,
        max(states.is_overdue) as is_overdue,
        sum(states.slots) as slots,
        sum(states.slots_in_time) as slots_in_time
    from people
    join clocks.started_duties as duties on duties.person_number = people.person_number
    join marts.duty_months as states
        on states.duty_number = duties.duty_number and states.month_number = people.month_number
    join marts.team_scopes as scopes on scopes.team_id = duties.team_id
    where people.team_id is null and people.any_team_id is not null
    group by 1, 2, 3, 4, 5
),

by_team as (
    select
        indicator,
        month_number,
        team_id,
        sum(case when is_open = 1 and is_overdue = 0 then 1 else 0 end) as running,
        sum(is_overdue) as overdue,
        sum(case when slots > 0 then 1 else 0 end) as subjects,
        sum(case when slots > 0 and slots = slots_in_time then 1 else 0 end) as subjects_in_time
    from people
    group by 1, 2, 3
),

scoped as (
    select by_team.*, 'authority' as scope_type, 'authority' as scope_id
    from by_team
    union all
    select by_team.*, scopes.scope_type, scopes.scope_id
    from by_team
    join marts.team_scopes as scopes on scopes.team_id = by_team.team_id
    union all
    select
        indicator,
        month_number,
        cast(null as text) as team_id,
        case when is_open = 1 and is_overdue = 0 then 1 else 0 end as running,
        is_overdue as overdue,
        case when slots > 0 then 1 else 0 end as subjects,
        case when slots > 0 and slots = slots_in_time then 1 else 0 end as subjects_in_time,
        scope_type,
        scope_id
    from people_of_several
)

select
    scoped.indicator,
    months.month,
    scoped.scope_type,
    scoped.scope_id,
    sum(scoped.running) as running,
    sum(scoped.overdue) as overdue,
    sum(scoped.subjects) as subjects,
    sum(scoped.subjects_in_time) as subjects_in_time
from scoped
join calendar.months as months on months.month_number = scoped.month_number
group by 1, 2, 3, 4

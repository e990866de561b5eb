-- Recurring duties per month and child or worker: whether the duty was open on the last day and anything overdue then,
-- and the slots that fell due in the month.
with people as (
    select
        duty_number, clock, coalesce(child_id, worker_id, subject_id) as person_id, team_id, start_on, until_on
    from clocks.started_duties
),

open_duties as (
    select people.duty_number, people.clock as indicator, months.month, months.ends_on, people.person_id, people.team_id
    from people
    join clocks.months as months
        on months.indicator = people.clock
        and people.start_on <= months.ends_on
        and (people.until_on is null or people.until_on > months.ends_on)
),

behind as (
    select distinct open_duties.duty_number, open_duties.month
    from open_duties
    join clocks.recurring_spans as spans
        on spans.duty_number = open_duties.duty_number
        and spans.in_time_until_on < open_duties.ends_on
        and (spans.stopped_on is null or spans.stopped_on > open_duties.ends_on)
        and spans.outcome in ('late', 'overdue')
),

parts as (
    select
        open_duties.indicator, open_duties.month, open_duties.team_id, open_duties.person_id,
        1 as is_open, case when behind.duty_number is not null then 1 else 0 end as is_overdue,
        0 as slots, 0 as slots_in_time
    from open_duties
    left join behind on behind.duty_number = open_duties.duty_number and behind.month = open_duties.month
    union all
    select
        people.clock as indicator, slots.month, people.team_id, people.person_id,
        0 as is_open, 0 as is_overdue, slots.slots, slots.slots_in_time
    from (
        select
            duty_number, cohort_month as month,
            count(*) as slots, sum(case when outcome = 'in_time' then 1 else 0 end) as slots_in_time
        from clocks.recurring_spans
        where outcome in ('in_time', 'late', 'overdue')
        group by 1, 2
    ) as slots
    join people on people.duty_number = slots.duty_number
)

select
    indicator,
    month,
    team_id,
    person_id,
    max(is_open) as is_open,
    max(is_overdue) as is_overdue,
    sum(slots) as slots,
    sum(slots_in_time) as slots_in_time
from parts
group by 1, 2, 3, 4

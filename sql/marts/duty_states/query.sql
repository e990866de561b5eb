-- Recurring duties per month and child or worker: whether a duty was open on the last day and anything overdue then, and
-- the slots that fell due in the month.
select
    duties.clock as indicator,
    months.month,
    duties.team_id,
    duties.person_id,
    max(states.is_open) as is_open,
    max(states.is_overdue) as is_overdue,
    sum(states.slots) as slots,
    sum(states.slots_in_time) as slots_in_time
from marts.duty_months as states
join clocks.started_duties as duties on duties.duty_number = states.duty_number
join calendar.months as months on months.month_number = states.month_number
group by 1, 2, 3, 4

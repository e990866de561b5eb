-- One row per month and child open on its last day: is the last session on the child still in date, by the interval of
-- the plans that the child has on that day?
with open_children as (
    select months.month, months.ends_on, duties.*
    from clocks.months as months
    join clocks.started_duties as duties
        on duties.clock = 'case_supervision_held'
        and duties.start_on <= months.ends_on
        and (duties.until_on is null or duties.until_on > months.ends_on)
    where months.indicator = 'case_supervision_in_date'
),

latest as (
    select open_children.month, open_children.duty_number, max(anchors.anchor_on) as anchor_on
    from open_children
    join clocks.anchors as anchors
        on anchors.duty_number = open_children.duty_number
        and anchors.anchor_on <= open_children.ends_on
    group by open_children.month, open_children.duty_number
),

limited as (
    select
        open_children.*,
        latest.anchor_on,
        anchors.is_event,
        case limits.unit
            when 'days' then latest.anchor_on + cast(limits.limit_value as integer)
            when 'months' then due_month.first_on + least(anchored.day_of_month, due_month.days_in_month) - 1
        end as due_on
    from open_children
    join latest on latest.month = open_children.month and latest.duty_number = open_children.duty_number
    join clocks.anchors as anchors
        on anchors.duty_number = open_children.duty_number
        and anchors.anchor_on = latest.anchor_on
    left join clocks.case_kinds as case_kinds
        on case_kinds.clock = open_children.clock
        and case_kinds.subject_id = open_children.subject_id
        and open_children.ends_on >= case_kinds.from_on
        and open_children.ends_on < case_kinds.until_on
    join known.limits as limits
        on limits.clock = open_children.clock
        and coalesce(limits.case_kind, '') = coalesce(case_kinds.case_kind, '')
        and (limits.from_on is null or open_children.ends_on >= limits.from_on)
        and (limits.until_on is null or open_children.ends_on < limits.until_on)
    join calendar.days as anchored on anchored.on_date = latest.anchor_on
    left join calendar.months as due_month on due_month.month_number = anchored.month_number + limits.limit_value
),

unreadable_sessions as (
    select distinct limited.month, limited.duty_number
    from limited
    join clocks.events as events
        on events.clock = limited.clock
        and events.subject_id = limited.subject_id
        and events.is_quarantined
        and events.done_on > limited.anchor_on
        and events.done_on <= limited.ends_on
)

select
    limited.month,
    limited.child_id as subject_id,
    limited.child_id,
    cast(null as text) as worker_id,
    limited.team_id,
    limited.ends_on <= limited.due_on as is_met,
    cast(null as double precision) as amount,
    case
        when limited.ends_on <= limited.due_on and not limited.is_event and limited.is_before_first
            then 'before_first_record'
        when limited.ends_on <= limited.due_on and not limited.is_event then 'starter'
        when limited.ends_on > limited.due_on and unreadable_sessions.duty_number is not null then 'quarantined'
    end as left_out_reason
from limited
left join unreadable_sessions
    on unreadable_sessions.month = limited.month and unreadable_sessions.duty_number = limited.duty_number
union all
select
    months.month,
    duties.subject_id,
    duties.child_id,
    cast(null as text) as worker_id,
    duties.team_id,
    false as is_met,
    cast(null as double precision) as amount,
    duties.left_out_reason
from clocks.months as months
join clocks.duties as duties
    on duties.clock = 'case_supervision_held'
    and duties.left_out_reason is not null
    and (duties.duty_from_on is null or duties.duty_from_on <= months.ends_on)
    and (duties.duty_until_on is null or duties.duty_until_on > months.ends_on)
where months.indicator = 'case_supervision_in_date'

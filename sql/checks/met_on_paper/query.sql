-- One row per due date that was met by the dates that workers typed in. It was met on paper only if no visit that meets
-- it was on record by the last day in time.
with slots as (
    select subject_id, child_id, team_id, started_on, due_on, in_time_until_on
    from clocks.spans
    where clock = 'protection_visit_in_time' and outcome = 'in_time'
),

visits as (
    select child_id, visited_on, visit_kind || '_visit:' || visit_id as entry_id, false as is_quarantined
    from known.visits
    where visit_kind = 'protection' and is_seen
    union all
    select child_id, visited_on, visit_kind || '_visit:' || visit_id as entry_id, true as is_quarantined
    from known.quarantined_visits
    where visit_kind = 'protection' and coalesce(is_seen, true)
),

-- A copy of an entry to a brother or sister says as well when this child's record was made.
entries as (
    select
        subject_id as entry_id,
        created_on,
        case
            when left_out_reason <> 'sibling_copy' then left_out_reason
            when created_on < occurred_on or created_at < occurred_at then 'invalid'
        end as reason
    from clocks.recorded_entries
    where record_type = 'protection_visit'
),

recorded as (
    select
        slots.subject_id,
        slots.child_id,
        slots.team_id,
        slots.started_on,
        slots.due_on,
        bool_or(coalesce(
            not visits.is_quarantined and entries.reason is null and entries.created_on <= slots.in_time_until_on, false
        )) as is_recorded_in_time,
        bool_or(coalesce(
            not visits.is_quarantined and entries.reason is null and entries.created_on > slots.in_time_until_on, false
        )) as is_recorded_late,
        bool_or(visits.is_quarantined or coalesce(entries.reason = 'quarantined', false)) as is_quarantined,
        min(entries.reason) as reason
    from slots
    join visits
        on visits.child_id = slots.child_id
        and visits.visited_on > slots.started_on
        and visits.visited_on <= slots.in_time_until_on
    left join entries on entries.entry_id = visits.entry_id
    group by slots.subject_id, slots.child_id, slots.team_id, slots.started_on, slots.due_on
)

select
    subject_id,
    child_id,
    team_id,
    due_on as on_date,
    not is_recorded_in_time as is_passed,
    case
        when is_recorded_in_time then null
        when is_quarantined then 'quarantined'
        when not is_recorded_late then coalesce(reason, 'no_entry_time')
    end as left_out_reason
from recorded

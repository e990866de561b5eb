-- Events that are rare, in order, and for each month where it ends among them (is_event is false). What each event means
-- stands in events.yaml beside this.
--
-- further_police_contact: contacts of one moment (brothers and sisters) are one event, the first of them. Each contact has
-- its place in the order in which contacts were received; the others of an event have none, for they lie between no two.
-- A contact may have waited since before the first complete month.
with decisions as (
    select
        spans.subject_id,
        spans.child_id,
        spans.started_on,
        coalesce(spans.started_at, cast(spans.started_on as timestamp)) as moment_at,
        spans.started_at,
        spans.stopped_on,
        spans.stopped_at,
        spans.due_on,
        spans.outcome
    from clocks.single_spans as spans
    where
        spans.clock = 'contact_decision_in_time'
        and (spans.outcome in ('in_time', 'late', 'running', 'overdue') or spans.reason = 'before_first_record')
),

contacts as (
    select decisions.*
    from decisions
    join clocks.months as months
        on months.indicator = 'contact_decision_in_time'
        and decisions.started_on >= months.first_on
        and decisions.started_on <= months.ends_on
    where decisions.outcome <> 'left_out'
),

further as (
    select distinct contacts.subject_id, contacts.moment_at
    from contacts
    join clocks.single_spans as police
        on police.clock = 'police_contact_decision_in_time' and police.subject_id = contacts.subject_id
        and police.outcome in ('in_time', 'late', 'running', 'overdue')
    join decisions as waiting
        on waiting.child_id = contacts.child_id
        and waiting.subject_id <> contacts.subject_id
        and waiting.due_on < contacts.started_on
        and (
            waiting.stopped_on is null
            or waiting.stopped_on > contacts.started_on
            or (waiting.stopped_on = contacts.started_on and waiting.stopped_at > contacts.started_at)
        )
),

first_ones as (
    select moment_at, min(subject_id) as subject_id
    from further
    group by moment_at
),

placed as (
    select
        contacts.started_on,
        first_ones.subject_id is not null as is_event,
        row_number() over (order by contacts.moment_at, contacts.subject_id) as place
    from contacts
    left join further on further.subject_id = contacts.subject_id
    left join first_ones on first_ones.subject_id = contacts.subject_id
    where further.subject_id is null or first_ones.subject_id is not null
),

-- Days on which the office is open, with the minutes lost; an outage begins on one that follows a day without loss.
office_days as (
    select
        on_date,
        sum(passed_count) as lost,
        lag(sum(passed_count)) over (order by on_date) as lost_before
    from clocks.checks
    where indicator = 'system_unavailable_minutes' and left_out_reason is null
    group by on_date
)

select 'further_police_contact' as event, started_on as on_date, true as is_event, cast(place as integer) as place
from placed
where is_event
union all
select
    'further_police_contact' as event, months.ends_on as on_date, false as is_event,
    cast((select count(*) from placed where placed.started_on <= months.ends_on) + 1 as integer) as place
from clocks.months as months
where months.indicator = 'contact_decision_in_time'
union all
select 'unplanned_outage' as event, on_date, true as is_event, cast(null as integer) as place
from office_days
where lost > 0 and coalesce(lost_before, 0) = 0
union all
select 'unplanned_outage' as event, ends_on as on_date, false as is_event, cast(null as integer) as place
from clocks.months
where indicator = 'system_unavailable_minutes'

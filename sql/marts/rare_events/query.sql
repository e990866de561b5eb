-- Events that are rare, in order, and for each month where it ends among them (is_event is false). What each event means
-- stands in events.yaml beside this.
--
-- further_police_contact: each contact has its place in the order in which contacts were received. Contacts of one moment
-- (brothers and sisters) are one event.
with contacts as (
    select
        spans.subject_id,
        spans.child_id,
        spans.started_on,
        spans.started_at,
        spans.stopped_on,
        spans.stopped_at,
        spans.due_on,
        row_number() over (
            order by spans.started_on, coalesce(spans.started_at, cast(spans.started_on as timestamp)), spans.subject_id
        ) as place
    from clocks.spans as spans
    join clocks.months as months
        on months.indicator = spans.clock
        and spans.started_on >= months.first_on
        and spans.started_on <= months.ends_on
    where
        spans.clock = 'contact_decision_in_time' and spans.outcome in ('in_time', 'late', 'running', 'overdue')
),

further as (
    select distinct contacts.subject_id
    from contacts
    join clocks.spans as police
        on police.clock = 'police_contact_decision_in_time' and police.subject_id = contacts.subject_id
        and police.outcome in ('in_time', 'late', 'running', 'overdue')
    join contacts as waiting
        on waiting.child_id = contacts.child_id
        and waiting.subject_id <> contacts.subject_id
        and waiting.due_on < contacts.started_on
        and (
            waiting.stopped_on is null
            or waiting.stopped_on > contacts.started_on
            or (waiting.stopped_on = contacts.started_on and waiting.stopped_at > contacts.started_at)
        )
),

further_events as (
    select contacts.started_on, min(contacts.place) as place
    from contacts
    join further on further.subject_id = contacts.subject_id
    group by contacts.started_on, coalesce(contacts.started_at, cast(contacts.started_on as timestamp))
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
from further_events
union all
select
    'further_police_contact' as event, months.ends_on as on_date, false as is_event,
    cast((select count(*) from contacts where contacts.started_on <= months.ends_on) + 1 as integer) as place
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

-- Visits at which the child was seen, matched with the duties of the clock <visit_kind>_visit_in_time by child and dates:
-- not every visit names the right plan. One in quarantine whose day cannot be read belongs to no duty, but is counted as
-- left out.
with visits as (
    select visit_kind, child_id, visited_on, row_digest, true as is_quarantined
    from known.quarantined_visits
    where coalesce(is_seen, true)
    union all
    select visit_kind, child_id, visited_on, cast(null as text) as row_digest, false as is_quarantined
    from known.visits
    where is_seen
)

select
    visits.visit_kind,
    duties.subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from clocks.duties as duties
join visits
    on duties.clock = visits.visit_kind || '_visit_in_time'
    and visits.child_id = duties.child_id
    and visits.visited_on > duties.duty_from_on
    and (duties.duty_until_on is null or visits.visited_on < duties.duty_until_on)
where duties.left_out_reason is null
union all
select
    visits.visit_kind,
    visits.row_digest as subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from visits
where visits.is_quarantined and visits.visited_on is null

-- Visits at which the child was seen, matched by child and the dates of the episode: not every visit carries the right
-- period of care. One in quarantine whose day cannot be read belongs to no episode, but is counted as left out.
with visits as (
    select child_id, visited_on, row_digest, true as is_quarantined
    from known.quarantined_visits
    where visit_kind = 'looked_after' and coalesce(is_seen, true)
    union all
    select child_id, visited_on, cast(null as text) as row_digest, false as is_quarantined
    from known.visits
    where visit_kind = 'looked_after' and is_seen
)

select
    duties.subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from clocks.duties as duties
join visits
    on visits.child_id = duties.child_id
    and visits.visited_on > duties.duty_from_on
    and (duties.duty_until_on is null or visits.visited_on < duties.duty_until_on)
where duties.clock = 'looked_after_visit_in_time' and duties.left_out_reason is null
union all
select
    visits.row_digest as subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from visits
where visits.is_quarantined and visits.visited_on is null

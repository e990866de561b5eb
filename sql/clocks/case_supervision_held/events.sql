-- Case supervision sessions that were held, matched by child and day. One in quarantine that does not say on which child
-- or day it was belongs to no case, but is counted as left out.
with held as (
    select child_id, held_on, row_digest, is_quarantined
    from clocks.held_sessions
    where session_type = 'case' or (session_type is null and is_quarantined)
)

select periods.period_id as subject_id, held.held_on as done_on, held.is_quarantined
from clocks.open_periods as periods
join held
    on held.child_id = periods.child_id
    and held.held_on >= periods.from_on
    and (periods.until_on is null or held.held_on < periods.until_on)
where not periods.is_quarantined
union all
select row_digest as subject_id, held_on as done_on, is_quarantined
from held
where is_quarantined and (child_id is null or held_on is null)

-- Case supervision sessions that were held, matched by child and day. One in quarantine that does not say on which child
-- or day it was belongs to no case, but is counted as left out.
with sessions as (
    select
        session_type, child_id, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        row_digest, true as is_quarantined
    from known.quarantined_supervision_sessions
    union all
    select
        session_type, child_id, held_on, held_at, recorded_on, recorded_at, cancelled_reason,
        cast(null as text) as row_digest, false as is_quarantined
    from known.supervision_sessions
),

held as (
    select child_id, held_on, row_digest, is_quarantined
    from sessions
    where
        (session_type = 'case' or (session_type is null and is_quarantined))
        and cancelled_reason is null
        and (recorded_on is null or recorded_on >= held_on)
        and (recorded_at is null or held_at is null or recorded_at >= held_at)
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

-- Visits at which the child was seen while the duty held.
select subject_id, done_on, is_quarantined
from clocks.duty_visits
where visit_kind = 'looked_after'

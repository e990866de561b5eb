-- Absences known to have begun: each day of one moves the due date by a day. One without an end lasts to the as-at.
select
    absences.worker_id,
    absences.from_on,
    coalesce(absences.to_on, moment.as_at_on) as to_on
from known.absences as absences
cross join known.moment as moment
where absences.from_on <= moment.as_at_on

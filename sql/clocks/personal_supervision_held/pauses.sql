-- Each day of absence moves the due date by a day.
select worker_id as subject_id, from_on, to_on
from clocks.begun_absences

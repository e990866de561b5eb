select
    absence.absence_id as absence_id,
    absence.professional_id as worker_id,
    absence.from_on as from_on,
    absence.to_on as to_on
from ext_absences as absence

select
    staff.staff_id as staff_id,
    staff.system as system,
    staff.prof_professional_id as worker_id
from ext_staff_ids as staff

select
    medical.medical_id as medical_id,
    medical.s47_enquiry_id as enquiry_id,
    medical.person_id as child_id,
    medical.requested_at as requested,
    medical.examined_at as examined,
    medical.report_received_at as report_received,
    medical.urgency as urgency,
    medical.area_id as area_id
from ext_medicals as medical

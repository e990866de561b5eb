select
    handover.handover_id as handover_id,
    handover.contact_id as contact_id,
    handover.received_at as received,
    handover.first_action_at as first_action,
    handover.recorded_at as recorded,
    handover.handed_over_at as handed_over,
    handover.is_returned as is_returned
from ext_emergency_handovers as handover

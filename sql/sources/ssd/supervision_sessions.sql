select
    supervision.session_id as session_id,
    supervision.session_type as session_type,
    supervision.professional_id as worker_id,
    supervision.supervisor_id as supervisor_id,
    supervision.person_id as child_id,
    supervision.held_at as held,
    supervision.cancelled_reason as cancelled_reason,
    supervision.actions_set as actions_set,
    supervision.is_previous_actions_reviewed as is_previous_actions_reviewed,
    supervision.recorded_at as recorded
from ext_supervision_sessions as supervision

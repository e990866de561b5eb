select
    action.action_id as action_id,
    action.session_id as session_id,
    action.due_on as due_on,
    action.closed_on as closed_on
from ext_supervision_actions as action

select
    decision.contact_id as contact_id,
    decision.received_at as received,
    decision.decided_at as decided,
    decision.decision as decision,
    decision.urgency as urgency,
    decision.is_protection_concern as is_protection_concern,
    decision.team_id as team_id
from ext_contact_decisions as decision

select
    outage.outage_id as outage_id,
    outage.started_at as started,
    outage.ended_at as ended,
    outage.is_planned as is_planned
from ext_system_outages as outage

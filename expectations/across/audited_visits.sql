-- One row per entry of the record audit that tells of a visit of one of the three statutory kinds.
with visits_seen as (
    select visit_kind || '_visit' as record_type, visit_id from known.visits
    union
    select visit_kind || '_visit' as record_type, visit_id from known.quarantined_visits
)

select visits_seen.visit_id is not null as is_record_known
from known.record_audit as audit
left join visits_seen on visits_seen.visit_id = audit.record_id and visits_seen.record_type = audit.record_type
where audit.record_type in ('protection_visit', 'need_visit', 'looked_after_visit')

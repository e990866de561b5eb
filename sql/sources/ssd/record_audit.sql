select
    audit.record_type as record_type,
    audit.record_id as record_id,
    audit.person_id as child_id,
    audit.professional_id as worker_id,
    audit.team_id as team_id,
    audit.occurred_at as occurred,
    audit.occurred_precision as occurred_precision,
    audit.created_at as created,
    audit.submitted_at as submitted,
    audit.authorised_at as authorised,
    audit.author_role as author_role,
    audit.entry_channel as entry_channel
from ext_record_audit as audit

select
    entry.record_type as record_type,
    entry.record_id as record_id,
    entry.person_id as child_id,
    entry.professional_id as worker_id,
    entry.team_id as team_id,
    entry.occurred_at as occurred,
    entry.occurred_precision as occurred_precision,
    entry.created_at as created,
    entry.submitted_at as submitted,
    entry.authorised_at as authorised,
    entry.author_role as author_role,
    entry.entry_channel as entry_channel
from ext_record_audit as entry

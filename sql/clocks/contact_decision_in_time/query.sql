-- One row per contact. The clock starts when the team received it, or, with no decision row, on the day of the contact.
select
    subject_id,
    child_id,
    cast(null as text) as worker_id,
    team_id,
    received_on as started_on,
    received_at as started_at,
    decided_on as stopped_on,
    decided_at as stopped_at,
    urgency as case_kind,
    cast(null as date) as withdrawn_on,
    left_out_reason
from clocks.decided_contacts

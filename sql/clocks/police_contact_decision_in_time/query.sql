-- One row per contact from the police (code 6 of the children in need census), counted as in contact_decision_in_time.
-- A decision row without a contact says nothing of who made it.
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
    case
        when left_out_reason = 'quarantined' then 'quarantined'
        when source_code is null then 'no_source'
        else left_out_reason
    end as left_out_reason
from clocks.decided_contacts
where coalesce(source_code, '6') = '6'

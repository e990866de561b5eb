-- One row per contact out of hours, from its coming in to its being on record.
with handovers as (
    select
        handover_id, contact_id, received_on, received_at, recorded_on, recorded_at,
        cast(null as text) as row_digest, false as is_quarantined
    from known.emergency_handovers
    union all
    select
        handover_id, contact_id, received_on, received_at, recorded_on, recorded_at, row_digest, true as is_quarantined
    from known.quarantined_emergency_handovers
)

select
    coalesce(handovers.handover_id, handovers.row_digest) as subject_id,
    contacts.child_id,
    cast(null as text) as worker_id,
    cast(null as text) as team_id,
    handovers.received_on as started_on,
    handovers.received_at as started_at,
    handovers.recorded_on as stopped_on,
    handovers.recorded_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    case when handovers.is_quarantined then 'quarantined' end as left_out_reason
from handovers
left join known.contacts as contacts on contacts.contact_id = handovers.contact_id

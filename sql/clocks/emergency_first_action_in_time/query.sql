-- One row per urgent contact out of hours. How urgent it was stands in its decision row; where nothing is recorded, or
-- something that is in no list, it counts as urgent.
with handovers as (
    select
        handover_id, contact_id, received_on, received_at, first_action_on, first_action_at,
        cast(null as text) as row_digest, false as is_quarantined
    from known.emergency_handovers
    union all
    select
        handover_id, contact_id, received_on, received_at, first_action_on, first_action_at, row_digest,
        true as is_quarantined
    from known.quarantined_emergency_handovers
),

unreadable_decisions as (
    select distinct contact_id
    from known.quarantined_contact_decisions
    where contact_id is not null
)

select
    coalesce(handovers.handover_id, handovers.row_digest) as subject_id,
    contacts.child_id,
    cast(null as text) as worker_id,
    cast(null as text) as team_id,
    handovers.received_on as started_on,
    handovers.received_at as started_at,
    handovers.first_action_on as stopped_on,
    handovers.first_action_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    case
        when handovers.is_quarantined or unreadable_decisions.contact_id is not null then 'quarantined'
    end as left_out_reason
from handovers
left join known.contact_decisions as decisions on decisions.contact_id = handovers.contact_id
left join unreadable_decisions on unreadable_decisions.contact_id = handovers.contact_id
left join known.contacts as contacts on contacts.contact_id = handovers.contact_id
where decisions.urgency is null or decisions.urgency not in ('amber', 'green')

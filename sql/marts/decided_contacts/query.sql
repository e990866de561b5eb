-- One row per contact, with its decision if there is one; a decision row without its contact is one too.
with contacts as (
    select contact_id, child_id, contact_on, contact_at, source_code, row_digest, true as is_quarantined
    from known.quarantined_contacts
    union all
    select
        contact_id, child_id, contact_on, contact_at, source_code, cast(null as text) as row_digest,
        false as is_quarantined
    from known.contacts
),

decisions as (
    select
        contact_id, received_on, received_at, decided_on, decided_at, urgency, team_id, row_digest,
        true as is_quarantined
    from known.quarantined_contact_decisions
    union all
    select
        contact_id, received_on, received_at, decided_on, decided_at, urgency, team_id,
        cast(null as text) as row_digest, false as is_quarantined
    from known.contact_decisions
)

select
    coalesce(decisions.contact_id, contacts.contact_id, decisions.row_digest, contacts.row_digest) as subject_id,
    contacts.child_id,
    decisions.team_id,
    trim(contacts.source_code) as source_code,
    coalesce(decisions.received_on, contacts.contact_on) as received_on,
    case when decisions.received_on is null then contacts.contact_at else decisions.received_at end as received_at,
    decisions.decided_on,
    decisions.decided_at,
    case when decisions.urgency in ('red', 'amber', 'green') then decisions.urgency end as urgency,
    case
        when coalesce(contacts.is_quarantined, false) or coalesce(decisions.is_quarantined, false) then 'quarantined'
        when decisions.is_quarantined is null and not settings.contact_decisions_cover_all then 'no_decision_row'
    end as left_out_reason
from contacts
full join decisions on decisions.contact_id = contacts.contact_id
cross join known.settings as settings

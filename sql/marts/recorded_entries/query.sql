-- Every entry of the record audit with the reason why it does not count, if there is one. An entry without a channel
-- was typed in by a person.
with entries as (
    select
        record_type, record_id, child_id, worker_id, team_id, occurred_on, occurred_at, occurred_precision, created_on,
        created_at, entry_channel, cast(null as text) as row_digest, false as is_quarantined
    from known.record_audit
    union all
    select
        record_type, record_id, child_id, worker_id, team_id, occurred_on, occurred_at, occurred_precision, created_on,
        created_at, entry_channel, row_digest, true as is_quarantined
    from known.quarantined_record_audit
),

-- Copies of one entry to brothers and sisters: the same author, event and minute of entry.
copies as (
    select
        entries.*,
        row_number() over (
            partition by
                is_quarantined, record_type, worker_id, occurred_on, occurred_at, date_trunc('minute', created_at)
            order by record_id
        ) as copy_number
    from entries
)

select
    copies.record_type,
    copies.record_type || ':' || coalesce(copies.record_id, copies.row_digest) as subject_id,
    copies.child_id,
    copies.worker_id,
    copies.team_id,
    copies.occurred_on,
    case when copies.occurred_precision is distinct from 'date' then copies.occurred_at end as occurred_at,
    copies.created_on,
    copies.created_at,
    case
        when copies.is_quarantined then 'quarantined'
        when copies.entry_channel = 'migration' then 'migration'
        when copies.entry_channel = 'automatic' then 'automatic_entry'
        when
            settings.count_sibling_copies_once
            and copies.copy_number > 1
            and copies.worker_id is not null
            and copies.created_at is not null
            then 'sibling_copy'
    end as left_out_reason
from copies
cross join known.settings as settings

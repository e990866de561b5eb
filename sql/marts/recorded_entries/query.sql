-- Every entry of the record audit with the reason why it does not count, if there is one. An entry without a channel
-- was typed in by a person.
--
-- Copies of one entry to brothers and sisters have the same author, event and minute of entry. They are numbered only
-- where the council counts them once: of two parts that ask for opposite settings, one is empty.
with entries as (
    select
        entries.record_type, entries.record_id, entries.child_id, entries.worker_id, entries.team_id,
        entries.occurred_on, entries.occurred_at, entries.occurred_precision, entries.created_on, entries.created_at,
        entries.entry_channel, 1 as copy_number
    from known.record_audit as entries
    join known.settings as settings on not settings.count_sibling_copies_once
    union all
    select
        entries.record_type, entries.record_id, entries.child_id, entries.worker_id, entries.team_id,
        entries.occurred_on, entries.occurred_at, entries.occurred_precision, entries.created_on, entries.created_at,
        entries.entry_channel,
        case when entries.worker_id is null or entries.created_at is null then 1 else row_number() over (
            partition by
                entries.record_type, entries.worker_id, entries.occurred_on, entries.occurred_at,
                date_trunc('minute', entries.created_at)
            order by entries.record_id
        ) end as copy_number
    from known.record_audit as entries
    join known.settings as settings on settings.count_sibling_copies_once
)

select
    record_type,
    record_type || ':' || record_id as subject_id,
    child_id,
    worker_id,
    team_id,
    occurred_on,
    case when occurred_precision is distinct from 'date' then occurred_at end as occurred_at,
    created_on,
    created_at,
    case
        when entry_channel = 'migration' then 'migration'
        when entry_channel = 'automatic' then 'automatic_entry'
        when copy_number > 1 then 'sibling_copy'
    end as left_out_reason
from entries
union all
select
    record_type,
    record_type || ':' || coalesce(record_id, row_digest) as subject_id,
    child_id,
    worker_id,
    team_id,
    occurred_on,
    case when occurred_precision is distinct from 'date' then occurred_at end as occurred_at,
    created_on,
    created_at,
    'quarantined' as left_out_reason
from known.quarantined_record_audit

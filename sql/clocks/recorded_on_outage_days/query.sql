-- One row per significant event of a day with an unplanned outage, or with one in quarantine (then nobody can say); and
-- each outage in quarantine, so that none is lost.
select
    entries.subject_id, entries.child_id, entries.worker_id, entries.team_id,
    entries.occurred_on as started_on, entries.occurred_at as started_at,
    entries.created_on as stopped_on, entries.created_at as stopped_at,
    cast(null as text) as case_kind, cast(null as date) as withdrawn_on,
    case
        when entries.left_out_reason is not null then entries.left_out_reason
        when days.day_kind = 'quarantined' then 'quarantined'
    end as left_out_reason
from clocks.recorded_entries as entries
join clocks.outage_days as days
    on days.on_date = entries.occurred_on and days.day_kind in ('outage', 'quarantined')
where entries.record_type in ('contact', 'strategy_discussion', 'section47_visit', 'protection_visit')
union all
select
    coalesce(outage_id, row_digest) as subject_id, cast(null as text), cast(null as text), cast(null as text),
    started_on, cast(null as timestamp), cast(null as date), cast(null as timestamp),
    cast(null as text), cast(null as date), 'quarantined' as left_out_reason
from known.quarantined_system_outages

-- One row per significant event of a day that outage days are compared with.
select
    entries.subject_id, entries.child_id, entries.worker_id, entries.team_id,
    entries.occurred_on as started_on, entries.occurred_at as started_at,
    entries.created_on as stopped_on, entries.created_at as stopped_at,
    cast(null as text) as case_kind, cast(null as date) as withdrawn_on,
    entries.left_out_reason
from clocks.recorded_entries as entries
join clocks.outage_days as days on days.on_date = entries.occurred_on and days.day_kind = 'matched'
where entries.record_type in ('contact', 'strategy_discussion', 'section47_visit', 'protection_visit')

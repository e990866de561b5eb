-- One row per month and child who is open on its last day, and has been for longer than an entry stays recent: does the
-- record hold, on that day, a recent entry by a manager?
with open_children as (
    select months.month, months.ends_on, periods.child_id, periods.period_id, periods.team_id, periods.is_quarantined
    from clocks.months as months
    cross join known.settings as settings
    cross join known.moment as moment
    join clocks.open_periods as periods
        on coalesce(periods.from_on, moment.as_at_on) <= months.ends_on
        and (periods.until_on is null or periods.until_on > months.ends_on)
    where
        months.indicator = 'management_oversight_in_date'
        and (
            periods.is_quarantined
            or periods.from_on + settings.management_oversight_days < months.ends_on
        )
),

entries as (
    select child_id, author_role, occurred_on, created_on, entry_channel, false as is_quarantined
    from known.record_audit
    union all
    select child_id, author_role, occurred_on, created_on, entry_channel, true as is_quarantined
    from known.quarantined_record_audit
),

by_managers as (
    select entries.child_id, entries.occurred_on, entries.created_on, entries.is_quarantined
    from entries
    left join known.manager_roles as roles on roles.role = lower(trim(entries.author_role))
    where
        (roles.role is not null or (entries.is_quarantined and entries.author_role is null))
        and coalesce(entries.entry_channel, 'manual') not in ('automatic', 'migration')
        and coalesce(entries.created_on >= entries.occurred_on, true)
),

-- What cannot be read of an entry in quarantine speaks for it: it may have been the one that counts.
recent as (
    select
        open_children.month,
        open_children.period_id,
        bool_or(not by_managers.is_quarantined) as has_entry
    from open_children
    cross join known.settings as settings
    join by_managers
        on by_managers.child_id = open_children.child_id
        and coalesce(
            by_managers.occurred_on + settings.management_oversight_days >= open_children.ends_on,
            by_managers.is_quarantined
        )
        and coalesce(by_managers.occurred_on <= open_children.ends_on, by_managers.is_quarantined)
        and coalesce(by_managers.created_on <= open_children.ends_on, by_managers.is_quarantined)
    group by open_children.month, open_children.period_id
)

select
    open_children.month,
    case when open_children.is_quarantined then open_children.period_id else open_children.child_id end as subject_id,
    open_children.child_id,
    cast(null as text) as worker_id,
    open_children.team_id,
    coalesce(recent.has_entry, false) as is_met,
    cast(null as double precision) as amount,
    case
        when open_children.is_quarantined then 'quarantined'
        when not recent.has_entry then 'quarantined'
    end as left_out_reason
from open_children
left join recent on recent.month = open_children.month and recent.period_id = open_children.period_id

-- One row per month and child open on its last day for longer than the profile says; each child once.
select
    children.month,
    children.child_id as subject_id,
    children.child_id,
    cast(null as text) as worker_id,
    children.team_id,
    coalesce(
        upper(trim(people.ethnicity)) in (
            'WBRI', 'WIRI', 'WIRT', 'WROM', 'WOTH', 'MWBC', 'MWBA', 'MWAS', 'MOTH', 'AIND', 'APKN', 'ABAN', 'AOTH',
            'BCRB', 'BAFR', 'BOTH', 'CHNE', 'OOTH'
        ),
        false
    ) as is_met,
    cast(null as double precision) as amount,
    case
        when children.is_quarantined then 'quarantined'
        when children.is_unborn then 'unborn'
        when upper(trim(people.ethnicity)) = 'REFU' then 'refused'
    end as left_out_reason
from clocks.open_children as children
cross join known.settings as settings
left join known.people as people on people.child_id = children.child_id
where children.open_working_days is null or children.open_working_days > settings.ethnicity_after_working_days

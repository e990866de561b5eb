-- The counts of every indicator, month and scope, before intervals are put around them. There is a row wherever there
-- is anything to count.
with scoped_counts as (
    select counts.*, 'authority' as scope_type, 'authority' as scope_id
    from marts.value_counts as counts
    union all
    select counts.*, scopes.scope_type, scopes.scope_id
    from marts.value_counts as counts
    join marts.team_scopes as scopes on scopes.team_id = counts.team_id
),

added as (
    select
        indicator, month, scope_type, scope_id,
        sum(numerator) as numerator, sum(denominator) as denominator, sum(running) as running, sum(overdue) as overdue,
        sum(done_late) as done_late, sum(undone) as undone, sum(never_recorded) as never_recorded
    from scoped_counts
    group by 1, 2, 3, 4
),

scoped_left_out as (
    select left_out.*, 'authority' as scope_type, 'authority' as scope_id
    from marts.left_out_counts as left_out
    union all
    select left_out.*, scopes.scope_type, scopes.scope_id
    from marts.left_out_counts as left_out
    join marts.team_scopes as scopes on scopes.team_id = left_out.team_id
),

reasons as (
    select indicator, month, scope_type, scope_id, reason, sum(left_out) as left_out
    from scoped_left_out
    group by 1, 2, 3, 4, 5
),

listed as (
    select
        indicator, month, scope_type, scope_id,
        '{'
        || string_agg('"' || reason || '": ' || cast(cast(left_out as integer) as text), ', ' order by reason)
        || '}' as left_out
    from reasons
    group by 1, 2, 3, 4
),

-- What a total is spread over: a short month is no fall.
working as (
    select
        months.indicator,
        months.month,
        sum(case when days.is_working_day then 1 else 0 end) as working_days
    from clocks.months as months
    join clocks.definitions as definitions
        on definitions.indicator = months.indicator and definitions.measure = 'total'
    join calendar.days as days on days.on_date >= months.first_on and days.on_date <= months.ends_on
    group by months.indicator, months.month
),

keys as (
    select indicator, month, scope_type, scope_id from added
    union
    select indicator, month, scope_type, scope_id from listed
    union
    select indicator, month, scope_type, scope_id from marts.recurring_counts
    union
    select indicator, month, scope_type, scope_id from marts.caseload_counts
)

select
    keys.indicator,
    keys.month,
    keys.scope_type,
    keys.scope_id,
    cast(coalesce(caseloads.numerator, added.numerator, 0) as integer) as numerator,
    cast(coalesce(caseloads.denominator, added.denominator, 0) as double precision) as denominator,
    cast(coalesce(recurring.running, added.running, 0) as integer) as running,
    cast(coalesce(recurring.overdue, added.overdue, 0) as integer) as overdue,
    coalesce(listed.left_out, '{}') as left_out,
    cast(coalesce(caseloads.median, percentiles.median) as double precision) as median,
    cast(coalesce(caseloads.p90, percentiles.p90) as double precision) as p90,
    months.maturity,
    cast(coalesce(recurring.subjects, caseloads.subjects) as integer) as subjects,
    cast(recurring.subjects_in_time as integer) as subjects_in_time,
    cast(case when definitions.kind = 'recurring' then coalesce(added.done_late, 0) end as integer) as done_late,
    cast(case when definitions.kind = 'recurring' then coalesce(added.undone, 0) end as integer) as undone,
    cast(case when definitions.kind = 'recurring' then coalesce(added.never_recorded, 0) end as integer)
        as never_recorded,
    likeness.likeness,
    cast(working.working_days as integer) as working_days,
    definitions.measure,
    definitions.definition_hash
from keys
join clocks.definitions as definitions on definitions.indicator = keys.indicator
join clocks.months as months on months.indicator = keys.indicator and months.month = keys.month
left join added
    on added.indicator = keys.indicator and added.month = keys.month
    and added.scope_type = keys.scope_type and added.scope_id = keys.scope_id
left join listed
    on listed.indicator = keys.indicator and listed.month = keys.month
    and listed.scope_type = keys.scope_type and listed.scope_id = keys.scope_id
left join marts.recurring_counts as recurring
    on recurring.indicator = keys.indicator and recurring.month = keys.month
    and recurring.scope_type = keys.scope_type and recurring.scope_id = keys.scope_id
left join marts.caseload_counts as caseloads
    on caseloads.indicator = keys.indicator and caseloads.month = keys.month
    and caseloads.scope_type = keys.scope_type and caseloads.scope_id = keys.scope_id
left join marts.percentiles as percentiles
    on percentiles.indicator = keys.indicator and percentiles.month = keys.month
    and percentiles.scope_type = keys.scope_type and percentiles.scope_id = keys.scope_id
left join marts.level_likeness as likeness
    on likeness.indicator = keys.indicator and likeness.month = keys.month and keys.scope_type = 'authority'
left join working
    on working.indicator = keys.indicator and working.month = keys.month

-- What was left out of each value, and why. Withdrawn and impossible (invalid) cases are counted here too.
with left_out as (
    select clock as indicator, cohort_month as month, team_id, coalesce(reason, outcome) as reason, count as rows
    from marts.histograms
    where outcome in ('left_out', 'withdrawn', 'invalid')
    union all
    select indicator, month, team_id, left_out_reason as reason, 1 as rows
    from clocks.checks
    where left_out_reason is not null
    union all
    select indicator, month, team_id, left_out_reason as reason, 1 as rows
    from clocks.levels
    where left_out_reason is not null
)

select indicator, month, team_id, reason, cast(sum(rows) as bigint) as left_out
from left_out
group by 1, 2, 3, 4

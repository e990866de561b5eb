-- Checked records with their month, each counted once, and rows of counts with what they count. One in quarantine whose
-- date cannot be read counts in the as-at's own month.
with check_rows as (
    select
        indicator, subject_id, child_id, team_id, on_date,
        case when is_passed then 1 else 0 end as passed_count, 1 as record_count, left_out_reason
    from clocks.check_rows
    union all
    select indicator, subject_id, child_id, team_id, on_date, passed_count, record_count, left_out_reason
    from clocks.counted_check_rows
)

select
    check_rows.indicator,
    check_rows.subject_id,
    check_rows.child_id,
    check_rows.team_id,
    coalesce(check_rows.on_date, moment.as_at_on) as on_date,
    days.month,
    check_rows.passed_count,
    check_rows.record_count,
    check_rows.left_out_reason
from check_rows
cross join known.moment as moment
join calendar.days as days on days.on_date = coalesce(check_rows.on_date, moment.as_at_on)
where check_rows.on_date is null or check_rows.on_date <= moment.as_at_on

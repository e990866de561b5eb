-- Checked records with their month. One in quarantine whose date cannot be read counts in the as-at's own month.
select
    check_rows.indicator,
    check_rows.subject_id,
    check_rows.child_id,
    check_rows.team_id,
    coalesce(check_rows.on_date, moment.as_at_on) as on_date,
    days.month,
    check_rows.is_passed,
    check_rows.left_out_reason
from clocks.check_rows as check_rows
cross join known.moment as moment
join calendar.days as days on days.on_date = coalesce(check_rows.on_date, moment.as_at_on)
where check_rows.on_date is null or check_rows.on_date <= moment.as_at_on

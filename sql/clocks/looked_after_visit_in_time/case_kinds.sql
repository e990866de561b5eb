-- Counted from the first day of a placement the first visit is due within a week (for one that began less than a week
-- before our first complete month, counted from that month's first day); counted from a day a year or more after it, the
-- interval is that of placements after their first year.
with placements as (
    select
        episodes.episode_id,
        episodes.started_on,
        greatest(episodes.started_on, first_complete.first_on) as counted_from_on,
        first_complete.first_on,
        anniversary.first_on + least(started.day_of_month, anniversary.days_in_month) - 1 as year_over_on,
        moment.as_at_on
    from known.looked_after_episodes as episodes
    join known.first_complete as first_complete on first_complete.clock = 'looked_after_visit_in_time'
    join calendar.days as started on started.on_date = episodes.started_on
    join calendar.months as anniversary on anniversary.month_number = started.month_number + 12
    cross join known.moment as moment
)

select
    episode_id as subject_id,
    'first_visit' as case_kind,
    counted_from_on as from_on,
    counted_from_on + 1 as until_on
from placements
where first_on < started_on + 7
union all
select
    episode_id as subject_id,
    'after_first_year' as case_kind,
    year_over_on as from_on,
    as_at_on + 1 as until_on
from placements

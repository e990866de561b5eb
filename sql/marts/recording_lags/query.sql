-- How long after it happened a thing was on record, counted by the day on which it happened. Where each entry is stamped
-- the lag is known; else it lies between two extractions, and only what happened after the first one can be told: of
-- older things only the late entries would be seen. A day that the last extraction cut short is not looked at. Nor is what
-- happened before the as-at's month of two years ago and the quarter before it: delays of today are judged by those since.
with looked_at as (
    select days.on_date
    from known.moment as moment
    join calendar.days as now on now.on_date = moment.as_at_on
    join calendar.days as days on days.month_number >= now.month_number - 27
),

moments as (
    select extracted_at as moment_at from records.batches
    union
    select as_at from known.moment
),

london as (
    select
        moments.moment_at,
        days.on_date + case when seconds.since_midnight >= seconds.ends_at then 1 else 0 end as seen_on,
        days.on_date - case when seconds.since_midnight + 1 >= seconds.ends_at then 0 else 1 end as whole_on
    from moments
    join calendar.days as days on days.on_date = cast(moments.moment_at as date)
    cross join lateral (
        select
            cast(extract(hour from moments.moment_at) as bigint) * 3600
            + cast(extract(minute from moments.moment_at) as bigint) * 60
            + cast(floor(extract(second from moments.moment_at)) as bigint) as since_midnight,
            days.ends_second - cast(days.day_number as bigint) * 86400 as ends_at
    ) as seconds
),

watched as (
    select last_ones.feed, london.seen_on, london.whole_on
    from (
        select
            batches.feed,
            coalesce(
                max(case when batches.extracted_at <= moment.as_at then batches.extracted_at end), moment.as_at
            ) as moment_at
        from records.batches as batches
        cross join known.moment as moment
        where not batches.is_absent
        group by batches.feed, moment.as_at
    ) as last_ones
    join london on london.moment_at = last_ones.moment_at
),

stamped as (
    select
        spans.clock as indicator,
        case when spans.unit = 'working_days' and spans.in_time_until_at is null then 'working_days' else 'days' end
            as unit,
        case when spans.unit in ('working_days', 'days') and spans.in_time_until_at is null then spans.limit_value end
            as limit_value,
        spans.started_on as happened_on,
        spans.stopped_on as recorded_on,
        count(*) as count
    from clocks.single_spans as spans
    join looked_at on looked_at.on_date = spans.started_on
    where spans.kind = 'recording_lag' and spans.outcome in ('in_time', 'late')
    group by 1, 2, 3, 4, 5
    union all
    select
        entries.indicator,
        'days' as unit,
        cast(null as integer) as limit_value,
        spans.started_on as happened_on,
        spans.stopped_on as recorded_on,
        count(*) as count
    from clocks.entries as entries
    join clocks.single_spans as spans
        on spans.clock = entries.lag_clock
        and spans.kind = 'recording_lag'
        and spans.outcome in ('in_time', 'late')
        and spans.subject_id like entries.record_type || ':%'
    join looked_at on looked_at.on_date = spans.started_on
    group by 1, 4, 5
),

first_sights as (
    select firsts.feed, firsts.kind, london.seen_on as first_on
    from (
        select feed, kind, min(recorded_by_at) as first_at
        from clocks.recorded_between
        where feed in (select feed from clocks.entries)
        group by 1, 2
    ) as firsts
    join london on london.moment_at = firsts.first_at
),

seen as (
    select
        entries.indicator,
        entries.feed,
        sightings.occurred_on as happened_on,
        greatest(before.seen_on + 1, sightings.occurred_on) as recorded_from_on,
        by_then.seen_on as recorded_by_on,
        count(*) as count
    from (select distinct indicator, feed, kind from clocks.entries where feed is not null) as entries
    join clocks.recorded_between as sightings
        on sightings.feed = entries.feed
        and coalesce(entries.kind, '') = case when entries.kind is null then '' else sightings.kind end
    join first_sights
        on first_sights.feed = sightings.feed
        and coalesce(first_sights.kind, '') = coalesce(sightings.kind, '')
        and first_sights.first_on < sightings.occurred_on
    join london as before on before.moment_at = sightings.recorded_after_at
    join london as by_then on by_then.moment_at = sightings.recorded_by_at
    join looked_at on looked_at.on_date = sightings.occurred_on
    where
        sightings.occurred_on <= by_then.seen_on
        and entries.indicator not in (select indicator from stamped)
    group by 1, 2, 3, 4, 5
),

recorded as (
    select
        stamped.indicator,
        'stamped' as basis,
        stamped.unit,
        stamped.limit_value,
        stamped.happened_on,
        stamped.recorded_on as recorded_from_on,
        stamped.recorded_on as recorded_by_on,
        watched.whole_on as watched_on,
        stamped.count
    from stamped
    join watched on watched.feed = 'record_audit' and stamped.recorded_on <= watched.whole_on
    union all
    select
        seen.indicator,
        'seen' as basis,
        'days' as unit,
        cast(null as integer) as limit_value,
        seen.happened_on,
        seen.recorded_from_on,
        seen.recorded_by_on,
        watched.seen_on as watched_on,
        seen.count
    from seen
    join watched on watched.feed = seen.feed
)

select
    recorded.indicator,
    happened.month,
    recorded.basis,
    recorded.unit,
    recorded.limit_value,
    recorded.watched_on,
    cast(until.day_number - happened.day_number as integer) as age_days,
    cast(since.day_number - happened.day_number as integer) as earliest_days,
    cast(by_day.day_number - happened.day_number as integer) as latest_days,
    cast(greatest(until.stop_number - happened.start_number, 0) as integer) as age_working_days,
    cast(greatest(by_day.stop_number - happened.start_number, 0) as integer) as latest_working_days,
    cast(sum(recorded.count) as integer) as count
from recorded
join known.first_complete as first_complete
    on first_complete.clock = recorded.indicator and first_complete.first_on <= recorded.happened_on
join calendar.days as happened on happened.on_date = recorded.happened_on
join calendar.days as since on since.on_date = recorded.recorded_from_on
join calendar.days as by_day on by_day.on_date = recorded.recorded_by_on
join calendar.days as until on until.on_date = recorded.watched_on
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

-- Between which two extractions each record was made, for feeds whose source does not say when: after the last one of
-- the feed without it, by the first one with it. What stood in the feed's first extraction may be of any age, and so may
-- what stood in the first one with records of its kind: a table that arrives late brings its past with it.
with extractions as (
    select
        feed,
        extracted_at,
        lag(extracted_at) over (partition by feed order by extracted_at) as before_at
    from records.batches
    where not is_absent
),

kinds as (
    select feed, kind, min(seen_at) as first_seen_at
    from known.first_seen
    where kind is not null
    group by 1, 2
)

select
    first_seen.feed,
    first_seen.kind,
    first_seen.record_key,
    first_seen.child_id,
    first_seen.team_id,
    first_seen.occurred_on,
    case when kinds.first_seen_at is null or first_seen.seen_at > kinds.first_seen_at then extractions.before_at end
        as recorded_after_at,
    first_seen.seen_at as recorded_by_at
from known.first_seen as first_seen
left join kinds on kinds.feed = first_seen.feed and kinds.kind = first_seen.kind
left join extractions on extractions.feed = first_seen.feed and extractions.extracted_at = first_seen.seen_at

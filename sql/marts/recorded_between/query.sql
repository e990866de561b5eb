-- Between which two extractions each record was made, for feeds whose source does not say when: after the last one of
-- the feed without it, by the first one with it. What stood in the feed's first extraction may be of any age.
with extractions as (
    select
        feed,
        extracted_at,
        lag(extracted_at) over (partition by feed order by extracted_at) as before_at
    from records.batches
    where not is_absent
)

select
    first_seen.feed,
    first_seen.record_key,
    first_seen.child_id,
    first_seen.team_id,
    first_seen.occurred_on,
    extractions.before_at as recorded_after_at,
    first_seen.seen_at as recorded_by_at
from known.first_seen as first_seen
left join extractions on extractions.feed = first_seen.feed and extractions.extracted_at = first_seen.seen_at

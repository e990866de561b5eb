-- Visits at which the child was seen, matched by child and the dates of the episode: not every visit carries the right
-- period of care. One in quarantine whose day cannot be read belongs to no episode, but is counted as left out.
with visits as (
    select child_id, visited_on, row_digest, true as is_quarantined
    from known.quarantined_visits
    where visit_kind = 'looked_after' and coalesce(is_seen, true)
    union all
    select child_id, visited_on, cast(null as text) as row_digest, false as is_quarantined
    from known.visits
    where visit_kind = 'looked_after' and is_seen
)

select
    episodes.episode_id as subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from known.looked_after_episodes as episodes
join visits
    on visits.child_id = episodes.child_id
    and visits.visited_on > episodes.started_on
    and (episodes.ended_on is null or visits.visited_on < episodes.ended_on)
union all
select
    visits.row_digest as subject_id,
    visits.visited_on as done_on,
    visits.is_quarantined
from visits
where visits.is_quarantined and visits.visited_on is null

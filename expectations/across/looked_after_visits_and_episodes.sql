-- One row per looked-after visit: whether the child was looked after that day, in whatever episode. Episodes in
-- quarantine count, as far as their dates can be read.
with episodes as (
    select child_id, started_on, ended_on from known.looked_after_episodes
    union all
    select child_id, started_on, ended_on from known.quarantined_looked_after_episodes
),

looked_after as (
    select distinct visits.visit_id
    from known.visits as visits
    join episodes
        on episodes.child_id = visits.child_id
        and episodes.started_on <= visits.visited_on
        and (episodes.ended_on is null or episodes.ended_on >= visits.visited_on)
    where visits.visit_kind = 'looked_after'
)

select looked_after.visit_id is not null as is_in_episode
from known.visits as visits
left join looked_after on looked_after.visit_id = visits.visit_id
where visits.visit_kind = 'looked_after'

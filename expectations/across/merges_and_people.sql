-- One row per merged record: whether the child whose record went on is in the list of people, in quarantine or not.
with people_seen as (
    select child_id from known.people
    union
    select child_id from known.quarantined_people
)

select people_seen.child_id is not null as is_child_known
from known.person_merges as merges
left join people_seen on people_seen.child_id = merges.child_id

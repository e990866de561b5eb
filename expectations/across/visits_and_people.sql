-- One row per visit: whether the child was alive on that day; NULL where the list of people does not have the child.
select
    case
        when people.child_id is not null then people.died_on is null or people.died_on >= visits.visited_on
    end as is_child_alive
from known.visits as visits
left join known.people as people on people.child_id = visits.child_id

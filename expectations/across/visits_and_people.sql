-- One row per visit: whether the child was alive on that day, as far as the list of people says.
select people.died_on is null or people.died_on >= visits.visited_on as is_child_alive
from known.visits as visits
left join known.people as people on people.child_id = visits.child_id

select
    episodes.child_id as subject_id,
    episodes.child_id as child_id,
    episodes.started_on as from_on,
    episodes.ended_on as until_on,
    cast(null as text) as reason
from known.looked_after_episodes as episodes

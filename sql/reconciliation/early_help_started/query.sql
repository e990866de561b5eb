select
    episodes.episode_id as subject_id,
    episodes.child_id as child_id,
    episodes.started_on as from_on,
    episodes.started_on as until_on,
    cast(null as text) as reason
from known.early_help_episodes as episodes

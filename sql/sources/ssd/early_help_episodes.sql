select
    episode.earl_episode_id as episode_id,
    episode.earl_person_id as child_id,
    episode.earl_episode_start_date as started,
    episode.earl_episode_end_date as ended,
    episode.earl_episode_organisation as organisation
from ssd_early_help_episodes as episode

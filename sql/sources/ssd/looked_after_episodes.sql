select
    episode.clae_cla_episode_id as episode_id,
    episode.clae_cla_id as period_id,
    episode.clae_person_id as child_id,
    episode.clae_referral_id as referral_id,
    episode.clae_cla_episode_start_date as started,
    episode.clae_cla_episode_ceased_date as ended
from ssd_cla_episodes as episode

-- One row per looked-after episode: whether it began while another one of the child was running. One that ends on the
-- day on which the next begins does not overlap it.
select
    exists (
        select 1
        from known.looked_after_episodes as other
        where other.child_id = episodes.child_id
            and other.episode_id <> episodes.episode_id
            and other.started_on <= episodes.started_on
            and (other.ended_on is null or other.ended_on > episodes.started_on)
            and (other.started_on < episodes.started_on or other.episode_id < episodes.episode_id)
    ) as is_begun_beside_another
from known.looked_after_episodes as episodes

-- One row per episode of care: the days on which the duty to visit holds.
with episodes as (
    select episode_id, child_id, referral_id, started_on, ended_on, row_digest, true as is_quarantined
    from known.quarantined_looked_after_episodes
    union all
    select
        episode_id, child_id, referral_id, started_on, ended_on, cast(null as text) as row_digest,
        false as is_quarantined
    from known.looked_after_episodes
)

select
    coalesce(episodes.episode_id, episodes.row_digest) as subject_id,
    episodes.child_id,
    cast(null as text) as worker_id,
    referrals.team_id,
    episodes.started_on as duty_from_on,
    episodes.ended_on as duty_until_on,
    case when episodes.is_quarantined then 'quarantined' end as left_out_reason
from episodes
left join known.referrals as referrals on referrals.referral_id = episodes.referral_id

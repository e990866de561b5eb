-- One row per episode of care: the days on which the duty to visit holds. Where episodes overlap, as those of a child
-- with two records do, the later one takes over on its first day and lasts as long as any of them.
with in_order as (
    select
        episode_id,
        child_id,
        referral_id,
        started_on,
        max(coalesce(ended_on, date '9999-12-31')) over (
            partition by child_id order by started_on, episode_id rows between unbounded preceding and current row
        ) as covered_until_on,
        lead(started_on, 1, date '9999-12-31') over (
            partition by child_id order by started_on, episode_id
        ) as next_on
    from known.looked_after_episodes
),

placements as (
    select
        episode_id, child_id, referral_id, started_on,
        case
            when least(covered_until_on, next_on) < date '9999-12-31' then least(covered_until_on, next_on)
        end as ended_on,
        cast(null as text) as row_digest, false as is_quarantined
    from in_order
    union all
    select episode_id, child_id, referral_id, started_on, ended_on, row_digest, true as is_quarantined
    from known.quarantined_looked_after_episodes
)

select
    coalesce(placements.episode_id, placements.row_digest) as subject_id,
    placements.child_id,
    cast(null as text) as worker_id,
    referrals.team_id,
    placements.started_on as duty_from_on,
    placements.ended_on as duty_until_on,
    case when placements.is_quarantined then 'quarantined' end as left_out_reason
from placements
left join known.referrals as referrals on referrals.referral_id = placements.referral_id

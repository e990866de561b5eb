-- One row per early help episode and child, by who leads it. Nobody named is nobody else's.
with episodes as (
    select episode_id, child_id, started_on, organisation, row_digest, true as is_quarantined
    from known.quarantined_early_help_episodes
    union all
    select
        episode_id, child_id, started_on, organisation, cast(null as text) as row_digest, false as is_quarantined
    from known.early_help_episodes
)

select
    coalesce(episodes.episode_id, episodes.row_digest) as subject_id,
    episodes.child_id,
    cast(null as text) as team_id,
    episodes.started_on as on_date,
    coalesce(trim(episodes.organisation), '') <> '' and council.organisation is null as is_passed,
    case when episodes.is_quarantined then 'quarantined' end as left_out_reason
from episodes
left join known.council_organisations as council on council.organisation = lower(trim(episodes.organisation))

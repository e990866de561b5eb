-- One row per protection plan with the initial conference that it names. A conference in quarantine is known.
with conferences_seen as (
    select conference_id from known.conferences
    union
    select conference_id from known.quarantined_conferences
)

select
    plans.started_on,
    conferences.held_on,
    plans.conference_id is not null as has_conference,
    case when plans.conference_id is not null then conferences_seen.conference_id is not null end as is_conference_known
from known.protection_plans as plans
left join conferences_seen on conferences_seen.conference_id = plans.conference_id
left join known.conferences as conferences on conferences.conference_id = plans.conference_id

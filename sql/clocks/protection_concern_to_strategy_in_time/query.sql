-- One row per contact that raised a concern for a child's safety and whose decision calls for a strategy discussion.
-- The first discussion on the child at or after it stops the clock: on the same day it is earlier only if both times
-- are known.
with contacts as (
    select contact_id, child_id, false as is_quarantined
    from known.contacts
    union all
    select contact_id, child_id, true as is_quarantined
    from known.quarantined_contacts
),

decisions as (
    select
        contact_id, received_on, received_at, decision, is_protection_concern, team_id,
        cast(null as text) as row_digest, false as is_quarantined
    from known.contact_decisions
    union all
    select
        contact_id, received_on, received_at, decision, is_protection_concern, team_id,
        row_digest, true as is_quarantined
    from known.quarantined_contact_decisions
),

discussions as (
    select discussion_id, child_id, held_on, held_at, false as is_quarantined
    from known.strategy_discussions
    union all
    select coalesce(discussion_id, row_digest) as discussion_id, child_id, held_on, held_at, true as is_quarantined
    from known.quarantined_strategy_discussions
),

concerns as (
    select
        coalesce(decisions.contact_id, decisions.row_digest) as subject_id,
        contacts.child_id,
        decisions.team_id,
        decisions.received_on,
        decisions.received_at,
        case
            when decisions.is_quarantined or coalesce(contacts.is_quarantined, false) then 'quarantined'
            when contacts.contact_id is null then 'no_child'
            when decisions.decision is null then 'no_decision'
        end as left_out_reason
    from decisions
    left join contacts on contacts.contact_id = decisions.contact_id
    left join known.strategy_decisions as calling on calling.decision = lower(trim(decisions.decision))
    where
        (decisions.decision is null or calling.decision is not null)
        and coalesce(decisions.is_protection_concern, calling.decision is not null or decisions.is_quarantined)
),

-- A discussion in quarantine whose day cannot be read stands for the missing one only where there is no other.
answers as (
    select
        concerns.subject_id,
        discussions.discussion_id,
        discussions.held_on,
        discussions.held_at,
        discussions.is_quarantined,
        row_number() over (
            partition by concerns.subject_id
            order by
                case when discussions.held_on is null then 1 else 0 end,
                discussions.held_on,
                case when discussions.held_at is null then 1 else 0 end,
                discussions.held_at,
                discussions.is_quarantined,
                discussions.discussion_id
        ) as place
    from concerns
    join discussions
        on discussions.child_id = concerns.child_id
        and (discussions.held_on is null or discussions.held_on >= concerns.received_on)
        and (
            discussions.held_at is null
            or concerns.received_at is null
            or discussions.held_at >= concerns.received_at
        )
)

select
    concerns.subject_id,
    concerns.child_id,
    cast(null as text) as worker_id,
    concerns.team_id,
    concerns.received_on as started_on,
    concerns.received_at as started_at,
    answers.held_on as stopped_on,
    answers.held_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    coalesce(concerns.left_out_reason, case when answers.is_quarantined then 'quarantined' end) as left_out_reason
from concerns
left join answers on answers.subject_id = concerns.subject_id and answers.place = 1
union all
select
    discussions.discussion_id as subject_id,
    discussions.child_id,
    cast(null as text) as worker_id,
    cast(null as text) as team_id,
    cast(null as date) as started_on,
    cast(null as timestamp) as started_at,
    discussions.held_on as stopped_on,
    discussions.held_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    'quarantined' as left_out_reason
from discussions
where
    discussions.is_quarantined
    and not exists (
        select 1
        from answers
        where answers.discussion_id = discussions.discussion_id and answers.place = 1
    )

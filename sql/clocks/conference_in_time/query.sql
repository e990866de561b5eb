-- One row per enquiry that a conference answers or should answer; one per conference from before its enquiry; and one
-- per conference that belongs to no such enquiry.
with enquiries as (
    select
        enquiry_id, child_id, referral_id, started_on, started_at, is_nfa, worker_id, team_id, false as is_quarantined
    from known.section47_enquiries
    union all
    select
        coalesce(enquiry_id, row_digest) as enquiry_id, child_id, referral_id, started_on, started_at, is_nfa,
        worker_id, team_id, true as is_quarantined
    from known.quarantined_section47_enquiries
),

conferences as (
    select conference_id, enquiry_id, child_id, held_on, held_at, team_id, false as is_quarantined
    from known.conferences
    where not coalesce(is_transfer_in, false) and held_on is not null
    union all
    select
        coalesce(conference_id, row_digest) as conference_id, enquiry_id, child_id, held_on, held_at, team_id,
        true as is_quarantined
    from known.quarantined_conferences
    where not coalesce(is_transfer_in, false)
),

linked as (
    select
        conferences.*,
        enquiries.enquiry_id as known_enquiry_id,
        coalesce(enquiries.is_nfa, false) as is_nfa,
        coalesce(conferences.held_on < enquiries.started_on, false)
        or coalesce(conferences.held_at < enquiries.started_at, false) as is_invalid
    from conferences
    left join enquiries on enquiries.enquiry_id = conferences.enquiry_id
),

-- A conference in quarantine whose day cannot be read stands for the missing one only where there is no other.
ranked as (
    select
        linked.*,
        row_number() over (
            partition by known_enquiry_id, is_invalid
            order by
                case when held_on is null then 1 else 0 end,
                held_on,
                case when held_at is null then 1 else 0 end,
                held_at,
                is_quarantined,
                conference_id
        ) as place
    from linked
),

cases as (
    select
        enquiries.enquiry_id as subject_id,
        enquiries.enquiry_id,
        enquiries.child_id,
        enquiries.started_on,
        enquiries.started_at,
        ranked.held_on,
        ranked.held_at,
        ranked.team_id as conference_team_id,
        case when enquiries.is_quarantined or coalesce(ranked.is_quarantined, false) then 'quarantined' end
            as left_out_reason
    from enquiries
    left join ranked
        on ranked.known_enquiry_id = enquiries.enquiry_id and ranked.place = 1 and not ranked.is_invalid
    where not coalesce(enquiries.is_nfa, false)
    union all
    select
        ranked.conference_id as subject_id,
        ranked.known_enquiry_id as enquiry_id,
        ranked.child_id,
        enquiries.started_on,
        enquiries.started_at,
        ranked.held_on,
        ranked.held_at,
        ranked.team_id as conference_team_id,
        case
            when ranked.is_quarantined or coalesce(enquiries.is_quarantined, false) then 'quarantined'
            when enquiries.enquiry_id is null then 'no_enquiry'
            when ranked.is_nfa then 'no_further_action'
        end as left_out_reason
    from ranked
    left join enquiries on enquiries.enquiry_id = ranked.known_enquiry_id
    where
        enquiries.enquiry_id is null
        or ranked.is_nfa
        or ranked.is_invalid
        or (ranked.place > 1 and ranked.is_quarantined)
)

select
    cases.subject_id,
    cases.child_id,
    enquiries.worker_id,
    coalesce(cases.conference_team_id, enquiries.team_id, referrals.team_id) as team_id,
    cases.started_on,
    cases.started_at,
    cases.held_on as stopped_on,
    cases.held_at as stopped_at,
    cast(null as text) as case_kind,
    case when referrals.closed_on >= cases.started_on then referrals.closed_on end as withdrawn_on,
    cases.left_out_reason
from cases
left join enquiries on enquiries.enquiry_id = cases.enquiry_id
left join known.referrals as referrals on referrals.referral_id = enquiries.referral_id

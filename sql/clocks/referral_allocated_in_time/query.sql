-- One row per accepted referral: to the first involvement of a registered worker, of a good row or one in quarantine
-- that may be it. And one per involvement from before its referral, which is impossible.
with referrals as (
    select
        referral_id, child_id, referred_on, referred_at, closed_on, team_id, is_nfa, false as is_quarantined
    from known.referrals
    union all
    select
        coalesce(referral_id, row_digest) as referral_id, child_id, referred_on, referred_at, closed_on, team_id,
        is_nfa, true as is_quarantined
    from known.quarantined_referrals
),

workers as (
    select worker_id, registration_id is not null as is_registered, false as is_quarantined
    from known.professionals
    union all
    select worker_id, registration_id is not null as is_registered, true as is_quarantined
    from known.quarantined_professionals
    where worker_id is not null
),

every_involvement as (
    select
        involvement_id, worker_id, child_id, referral_id, started_on, started_at, false as is_quarantined
    from known.involvements
    union all
    select
        coalesce(involvement_id, row_digest) as involvement_id, worker_id, child_id, referral_id, started_on,
        started_at, true as is_quarantined
    from known.quarantined_involvements
),

-- Whoever is not known to be registered is not; an involvement in quarantine without a worker may be anyone's.
involvements as (
    select
        every_involvement.involvement_id,
        every_involvement.worker_id,
        every_involvement.child_id,
        every_involvement.referral_id,
        every_involvement.started_on,
        every_involvement.started_at,
        every_involvement.is_quarantined as is_unreadable,
        every_involvement.is_quarantined or coalesce(workers.is_quarantined, false) as is_quarantined
    from every_involvement
    left join workers on workers.worker_id = every_involvement.worker_id
    where coalesce(workers.is_registered, every_involvement.worker_id is null)
),

pairs as (
    select
        referrals.referral_id,
        referrals.referred_on,
        referrals.referred_at,
        involvements.involvement_id,
        involvements.worker_id,
        involvements.started_on,
        involvements.started_at,
        involvements.is_quarantined
    from referrals
    join involvements on involvements.referral_id = referrals.referral_id
    where not coalesce(referrals.is_nfa, false)
    union all
    select
        referrals.referral_id,
        referrals.referred_on,
        referrals.referred_at,
        involvements.involvement_id,
        involvements.worker_id,
        involvements.started_on,
        involvements.started_at,
        involvements.is_quarantined
    from referrals
    join involvements on involvements.child_id = referrals.child_id and involvements.referral_id is null
    where
        not coalesce(referrals.is_nfa, false)
        and (involvements.started_on is null or involvements.started_on >= referrals.referred_on)
        and (
            involvements.started_at is null
            or referrals.referred_at is null
            or involvements.started_at >= referrals.referred_at
        )
        and (referrals.closed_on is null or involvements.started_on < referrals.closed_on)
),

judged as (
    select
        pairs.*,
        coalesce(started_on < referred_on, false) or coalesce(started_at < referred_at, false) as is_invalid
    from pairs
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by referral_id, is_invalid
            order by
                case when started_on is null then 1 else 0 end,
                started_on,
                case when started_at is null then 1 else 0 end,
                started_at,
                is_quarantined,
                involvement_id
        ) as place
    from judged
)

select
    referrals.referral_id as subject_id,
    referrals.child_id,
    allocated.worker_id,
    referrals.team_id,
    referrals.referred_on as started_on,
    referrals.referred_at as started_at,
    allocated.started_on as stopped_on,
    allocated.started_at as stopped_at,
    cast(null as text) as case_kind,
    referrals.closed_on as withdrawn_on,
    case when referrals.is_quarantined or coalesce(allocated.is_quarantined, false) then 'quarantined' end
        as left_out_reason
from referrals
left join ranked as allocated
    on allocated.referral_id = referrals.referral_id and allocated.place = 1 and not allocated.is_invalid
where not coalesce(referrals.is_nfa, false)
union all
select
    referrals.referral_id as subject_id,
    referrals.child_id,
    ranked.worker_id,
    referrals.team_id,
    referrals.referred_on as started_on,
    referrals.referred_at as started_at,
    ranked.started_on as stopped_on,
    ranked.started_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    case when ranked.is_quarantined then 'quarantined' end as left_out_reason
from ranked
join referrals on referrals.referral_id = ranked.referral_id
where ranked.is_invalid
union all
select
    involvements.involvement_id as subject_id,
    involvements.child_id,
    involvements.worker_id,
    cast(null as text) as team_id,
    cast(null as date) as started_on,
    cast(null as timestamp) as started_at,
    involvements.started_on as stopped_on,
    involvements.started_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    'quarantined' as left_out_reason
from involvements
where
    involvements.is_unreadable
    and not exists (
        select 1
        from ranked
        where
            ranked.involvement_id = involvements.involvement_id
            and (ranked.place = 1 or ranked.is_invalid)
    )

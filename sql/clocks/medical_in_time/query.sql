-- One row per medical, with the child's latest referral that was open on the day of the request.
with medicals as (
    select
        medical_id, child_id, requested_on, requested_at, examined_on, examined_at, urgency,
        cast(null as text) as row_digest, false as is_quarantined
    from known.medicals
    union all
    select
        medical_id, child_id, requested_on, requested_at, examined_on, examined_at, urgency, row_digest,
        true as is_quarantined
    from known.quarantined_medicals
),

open_referrals as (
    select
        medicals.medical_id,
        referrals.team_id,
        referrals.closed_on,
        row_number() over (
            partition by medicals.medical_id order by referrals.referred_on desc, referrals.referral_id desc
        ) as place
    from medicals
    join known.referrals as referrals
        on referrals.child_id = medicals.child_id
        and not coalesce(referrals.is_nfa, false)
        and referrals.referred_on <= medicals.requested_on
        and (referrals.closed_on is null or referrals.closed_on > medicals.requested_on)
    where medicals.medical_id is not null
)

select
    coalesce(medicals.medical_id, medicals.row_digest) as subject_id,
    medicals.child_id,
    cast(null as text) as worker_id,
    open_referrals.team_id,
    medicals.requested_on as started_on,
    medicals.requested_at as started_at,
    medicals.examined_on as stopped_on,
    medicals.examined_at as stopped_at,
    case when medicals.urgency = 'urgent' then 'urgent' else 'routine' end as case_kind,
    open_referrals.closed_on as withdrawn_on,
    case when medicals.is_quarantined then 'quarantined' end as left_out_reason
from medicals
left join open_referrals on open_referrals.medical_id = medicals.medical_id and open_referrals.place = 1

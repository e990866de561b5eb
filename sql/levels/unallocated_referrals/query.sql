-- One row per month and accepted referral that is open on its last day, and has been for longer than allocation may
-- take: is nobody working on it?
with open_referrals as (
    select months.month, months.ends_on, referrals.referral_id, referrals.child_id, referrals.referred_on,
        referrals.team_id
    from clocks.months as months
    join known.referrals as referrals
        on referrals.referred_on <= months.ends_on
        and (referrals.closed_on is null or referrals.closed_on > months.ends_on)
    join calendar.days as referred on referred.on_date = referrals.referred_on
    cross join known.settings as settings
    left join known.people as people on people.child_id = referrals.child_id
    where
        months.indicator = 'unallocated_referrals'
        and not coalesce(referrals.is_nfa, false)
        and (people.died_on is null or people.died_on > months.ends_on)
        and months.ends_working_day_number - referred.working_day_number > settings.unallocated_after_working_days
),

involvements as (
    select worker_id, child_id, referral_id, started_on, ended_on, false as is_quarantined
    from known.involvements
    union all
    select worker_id, child_id, referral_id, started_on, ended_on, true as is_quarantined
    from known.quarantined_involvements
),

unreadable_workers as (
    select distinct worker_id
    from known.quarantined_professionals
    where registration_id is not null
),

-- Registered workers, with their last day in post; of one in quarantine nobody knows.
working as (
    select
        involvements.child_id,
        involvements.referral_id,
        involvements.started_on,
        involvements.ended_on,
        workers.left_on,
        involvements.is_quarantined or involvements.worker_id is null or unreadable_workers.worker_id is not null
            as is_unreadable
    from involvements
    left join known.professionals as workers
        on workers.worker_id = involvements.worker_id and workers.registration_id is not null
    left join unreadable_workers on unreadable_workers.worker_id = involvements.worker_id
    where workers.worker_id is not null or unreadable_workers.worker_id is not null or involvements.worker_id is null
),

allocations as (
    select open_referrals.month, open_referrals.referral_id, working.is_unreadable
    from open_referrals
    join working
        on working.referral_id = open_referrals.referral_id
        and coalesce(working.started_on <= open_referrals.ends_on, working.is_unreadable)
        and (working.ended_on is null or working.ended_on > open_referrals.ends_on)
        and (working.left_on is null or working.left_on >= open_referrals.ends_on)
    union all
    select open_referrals.month, open_referrals.referral_id, working.is_unreadable
    from open_referrals
    join working
        on working.child_id = open_referrals.child_id
        and working.referral_id is null
        and coalesce(working.started_on >= open_referrals.referred_on, working.is_unreadable)
        and coalesce(working.started_on <= open_referrals.ends_on, working.is_unreadable)
        and (working.ended_on is null or working.ended_on > open_referrals.ends_on)
        and (working.left_on is null or working.left_on >= open_referrals.ends_on)
),

allocated as (
    select month, referral_id, bool_or(not is_unreadable) as is_allocated
    from allocations
    group by month, referral_id
)

select
    open_referrals.month,
    open_referrals.referral_id as subject_id,
    open_referrals.child_id,
    cast(null as text) as worker_id,
    open_referrals.team_id,
    not coalesce(allocated.is_allocated, false) as is_met,
    cast(null as double precision) as amount,
    case when not allocated.is_allocated then 'quarantined' end as left_out_reason
from open_referrals
left join allocated
    on allocated.month = open_referrals.month and allocated.referral_id = open_referrals.referral_id
union all
select
    months.month,
    coalesce(referrals.referral_id, referrals.row_digest) as subject_id,
    referrals.child_id,
    cast(null as text) as worker_id,
    referrals.team_id,
    false as is_met,
    cast(null as double precision) as amount,
    'quarantined' as left_out_reason
from clocks.months as months
cross join known.moment as moment
join known.quarantined_referrals as referrals
    on coalesce(referrals.referred_on, moment.as_at_on) <= months.ends_on
    and (referrals.closed_on is null or referrals.closed_on > months.ends_on)
where months.indicator = 'unallocated_referrals' and not coalesce(referrals.is_nfa, false)

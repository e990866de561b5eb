-- Who held the case of whom, from when to when. One in quarantine whose first day cannot be read counts from the as-at.
select distinct
    involvements.worker_id,
    coalesce(involvements.child_id, referrals.child_id) as child_id,
    involvements.started_on,
    involvements.ended_on,
    involvements.is_quarantined
from (
    select worker_id, role, child_id, referral_id, started_on, ended_on, false as is_quarantined
    from known.involvements
    union all
    select
        worker_id, role, child_id, referral_id, coalesce(started_on, moment.as_at_on) as started_on, ended_on,
        true as is_quarantined
    from known.quarantined_involvements
    cross join known.moment as moment
) as involvements
join known.allocated_roles as roles on roles.role = trim(involvements.role)
left join known.referrals as referrals on referrals.referral_id = involvements.referral_id

-- One row per referral: whether the child is in the list of people.
with people_seen as (
    select child_id from known.people
    union
    select child_id from known.quarantined_people
)

select people_seen.child_id is not null as is_child_known
from known.referrals as referrals
left join people_seen on people_seen.child_id = referrals.child_id

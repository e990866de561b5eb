with dated as (
    select
        referrals.referral_id,
        referrals.child_id,
        referrals.referred_on,
        days.day_number
    from known.referrals as referrals
    join calendar.days as days on days.on_date = referrals.referred_on
),

following as (
    select
        later.referral_id,
        max(earlier.day_number) as before_day
    from dated as later
    join dated as earlier
        on earlier.child_id = later.child_id and earlier.day_number < later.day_number
    group by later.referral_id
)

select
    dated.referral_id as subject_id,
    dated.child_id as child_id,
    dated.referred_on as from_on,
    dated.referred_on as until_on,
    case when following.before_day >= dated.day_number - 365 then null else 'first_in_twelve_months' end as reason
from dated
left join following on following.referral_id = dated.referral_id

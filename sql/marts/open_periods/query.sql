-- Periods in which a child is open: accepted referrals of one child that overlap or follow each other without a day in
-- between are one period. It ends with the child's death at the latest.
with referrals as (
    select
        referrals.referral_id,
        referrals.child_id,
        referrals.team_id,
        referrals.referred_on,
        case
            when people.died_on < referrals.closed_on or referrals.closed_on is null then people.died_on
            else referrals.closed_on
        end as closed_on
    from known.referrals as referrals
    left join known.people as people on people.child_id = referrals.child_id
    where
        not coalesce(referrals.is_nfa, false)
        and (referrals.closed_on is null or referrals.closed_on > referrals.referred_on)
        and (people.died_on is null or people.died_on > referrals.referred_on)
),

-- How far the referrals before it reach: NULL if one of them is still open.
reached as (
    select
        referrals.*,
        row_number() over (partition by child_id order by referred_on, referral_id) as place,
        max(closed_on) over (
            partition by child_id
            order by referred_on, referral_id rows between unbounded preceding and 1 preceding
        ) as reached_on,
        count(*) over (
            partition by child_id
            order by referred_on, referral_id rows between unbounded preceding and 1 preceding
        ) - count(closed_on) over (
            partition by child_id
            order by referred_on, referral_id rows between unbounded preceding and 1 preceding
        ) as still_open
    from referrals
),

numbered as (
    select
        reached.*,
        sum(case when place > 1 and (still_open > 0 or referred_on <= reached_on) then 0 else 1 end) over (
            partition by child_id order by place
        ) as period_number
    from reached
),

ranked as (
    select
        numbered.*,
        row_number() over (
            partition by child_id, period_number
            order by case when closed_on is null then 0 else 1 end, referred_on desc, referral_id desc
        ) as place_from_last,
        row_number() over (partition by child_id, period_number order by referred_on, referral_id) as place_in_period
    from numbered
)

select
    min(case when place_in_period = 1 then referral_id end) as period_id,
    child_id,
    min(case when place_from_last = 1 then team_id end) as team_id,
    min(referred_on) as from_on,
    case when count(*) = count(closed_on) then max(closed_on) end as until_on,
    false as is_quarantined
from ranked
group by child_id, period_number
union all
select
    coalesce(referral_id, row_digest) as period_id,
    child_id,
    team_id,
    referred_on as from_on,
    closed_on as until_on,
    true as is_quarantined
from known.quarantined_referrals
where not coalesce(is_nfa, false)

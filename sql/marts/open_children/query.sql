-- Children with an open, accepted referral on the last day of a month, each once, those who have died left aside.
with referrals as (
    select
        referral_id, coalesce(child_id, row_digest) as child_id, coalesce(referred_on, moment.as_at_on) as referred_on,
        closed_on, team_id, true as is_quarantined
    from known.quarantined_referrals
    cross join known.moment as moment
    where not coalesce(is_nfa, false)
    union all
    select referral_id, child_id, referred_on, closed_on, team_id, false as is_quarantined
    from known.referrals
    where not coalesce(is_nfa, false)
),

months as (
    select distinct month, ends_on, ends_working_day_number
    from clocks.months
    where indicator in ('ethnicity_recorded', 'religion_recorded', 'first_language_recorded')
),

open_referrals as (
    select
        months.month,
        months.ends_on,
        months.ends_working_day_number,
        referrals.*,
        row_number() over (
            partition by months.month, referrals.child_id
            order by referrals.is_quarantined, referrals.referred_on desc, referrals.referral_id desc
        ) as place,
        min(case when not referrals.is_quarantined then referrals.referred_on end)
            over (partition by months.month, referrals.child_id) as open_from_on
    from months
    join referrals
        on referrals.referred_on <= months.ends_on
        and (referrals.closed_on is null or referrals.closed_on > months.ends_on)
),

unreadable_people as (
    select distinct child_id from known.quarantined_people
)

-- The row at place 1 is the child's latest referral: it gives the team.
select
    children.month,
    children.child_id,
    children.team_id,
    children.ends_working_day_number - opened.working_day_number as open_working_days,
    children.is_quarantined or unreadable_people.child_id is not null as is_quarantined,
    case
        when people.born_on is not null then people.born_on > children.ends_on
        else coalesce(people.expected_on > children.ends_on, false)
    end as is_unborn
from open_referrals as children
left join calendar.days as opened on opened.on_date = children.open_from_on
left join known.people as people on people.child_id = children.child_id
left join unreadable_people on unreadable_people.child_id = children.child_id
where children.place = 1 and not coalesce(people.died_on <= children.ends_on, false)

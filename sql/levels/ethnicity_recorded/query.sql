-- One row per month and child open on its last day for longer than the profile says; each child once.
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
    from clocks.months as months
    join referrals
        on referrals.referred_on <= months.ends_on
        and (referrals.closed_on is null or referrals.closed_on > months.ends_on)
    where months.indicator = 'ethnicity_recorded'
),

-- The row at place 1 is the child's latest referral: it gives the team.
children as (
    select open_referrals.*
    from open_referrals
    cross join known.settings as settings
    left join calendar.days as opened on opened.on_date = open_referrals.open_from_on
    where
        open_referrals.place = 1
        and (
            opened.on_date is null
            or open_referrals.ends_working_day_number - opened.working_day_number
            > settings.ethnicity_after_working_days
        )
),

unreadable_people as (
    select distinct child_id from known.quarantined_people
),

facts as (
    select
        children.month,
        children.child_id,
        children.team_id,
        upper(trim(people.ethnicity)) as ethnicity,
        children.is_quarantined or unreadable_people.child_id is not null as is_quarantined,
        case
            when people.born_on is not null then people.born_on > children.ends_on
            else coalesce(people.expected_on > children.ends_on, false)
        end as is_unborn,
        coalesce(people.died_on <= children.ends_on, false) as is_dead
    from children
    left join known.people as people on people.child_id = children.child_id
    left join unreadable_people on unreadable_people.child_id = children.child_id
)

select
    month,
    child_id as subject_id,
    child_id,
    cast(null as text) as worker_id,
    team_id,
    coalesce(
        ethnicity in (
            'WBRI', 'WIRI', 'WIRT', 'WROM', 'WOTH', 'MWBC', 'MWBA', 'MWAS', 'MOTH', 'AIND', 'APKN', 'ABAN', 'AOTH',
            'BCRB', 'BAFR', 'BOTH', 'CHNE', 'OOTH'
        ),
        false
    ) as is_met,
    cast(null as double precision) as amount,
    case
        when is_quarantined then 'quarantined'
        when is_unborn then 'unborn'
        when ethnicity = 'REFU' then 'refused'
    end as left_out_reason
from facts
where not is_dead

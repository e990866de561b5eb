-- One row per statutory visit at which a child old enough to be asked was seen, by completed years on that day.
with visits as (
    select
        visit_kind || ':' || visit_id as subject_id, child_id, visited_on, is_seen_alone, false as is_quarantined
    from known.visits
    where is_seen
    union all
    select
        coalesce(visit_kind || ':' || visit_id, row_digest) as subject_id, child_id, visited_on, is_seen_alone,
        true as is_quarantined
    from known.quarantined_visits
    where coalesce(is_seen, true)
),

-- The row at place 1 is the child's latest open referral: it gives the team.
teams as (
    select
        visits.subject_id,
        referrals.team_id,
        row_number() over (
            partition by visits.subject_id order by referrals.referred_on desc, referrals.referral_id desc
        ) as place
    from visits
    join known.referrals as referrals
        on referrals.child_id = visits.child_id
        and referrals.referred_on <= visits.visited_on
        and (referrals.closed_on is null or referrals.closed_on > visits.visited_on)
        and not coalesce(referrals.is_nfa, false)
),

aged as (
    select
        visits.*,
        births.is_quarantined as is_person_quarantined,
        visited.month_number - births.month_number
        - case when visited.day_of_month < births.day_of_month then 1 else 0 end as age_months
    from visits
    left join clocks.births as births on births.child_id = visits.child_id
    left join calendar.days as visited on visited.on_date = visits.visited_on
)

select
    aged.subject_id,
    aged.child_id,
    teams.team_id,
    aged.visited_on as on_date,
    coalesce(aged.is_seen_alone, false) as is_passed,
    case
        when aged.is_quarantined or coalesce(aged.is_person_quarantined, false) then 'quarantined'
        when aged.age_months is null then 'age_unknown'
    end as left_out_reason
from aged
cross join known.settings as settings
left join teams on teams.subject_id = aged.subject_id and teams.place = 1
where aged.age_months is null or aged.age_months >= settings.child_views_from_age * 12

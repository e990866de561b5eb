-- One row per authorised assessment of a child old enough to be asked, by completed years on the day of authorisation.
with people as (
    select child_id, born_on, row_number() over (partition by child_id order by is_quarantined) as place, is_quarantined
    from (
        select child_id, born_on, false as is_quarantined from known.people
        union all
        select child_id, cast(null as date) as born_on, true as is_quarantined from known.quarantined_people
    ) as everyone
),

assessments as (
    select
        assessments.*,
        coalesce(assessments.authorised_on, assessments.started_on) as on_date,
        people.is_quarantined as is_person_quarantined,
        authorised.month_number - born.month_number
        - case when authorised.day_of_month < born.day_of_month then 1 else 0 end as age_months
    from clocks.assessments_typed as assessments
    left join people on people.child_id = assessments.child_id and people.place = 1
    left join calendar.days as born on born.on_date = people.born_on
    left join calendar.days as authorised on authorised.on_date = assessments.authorised_on
    where assessments.authorised_on is not null or assessments.is_quarantined
)

select
    coalesce(assessments.assessment_id, assessments.row_digest) as subject_id,
    assessments.child_id,
    coalesce(assessments.team_id, referrals.team_id) as team_id,
    assessments.on_date,
    coalesce(assessments.is_child_views_recorded, false) as is_passed,
    case
        when assessments.is_quarantined or coalesce(assessments.is_person_quarantined, false) then 'quarantined'
        when assessments.age_months is null then 'age_unknown'
    end as left_out_reason
from assessments
left join known.referrals as referrals on referrals.referral_id = assessments.referral_id
cross join known.settings as settings
where assessments.age_months is null or assessments.age_months >= settings.child_views_from_age * 12

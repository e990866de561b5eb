-- One row per section 47 enquiry that has ended: was its worker registered, and past the newly qualified year when it
-- began?
with enquiries as (
    select
        enquiry_id, child_id, referral_id, team_id, worker_id, started_on, ended_on, cast(null as text) as row_digest,
        false as is_quarantined
    from known.section47_enquiries
    where ended_on is not null
    union all
    select
        enquiry_id, child_id, referral_id, team_id, worker_id, started_on, ended_on, row_digest,
        true as is_quarantined
    from known.quarantined_section47_enquiries
),

workers as (
    select
        workers.worker_id,
        workers.registration_id is not null as is_registered,
        coalesce(workers.has_workforce_row, false) as has_workforce_row,
        workers.newly_qualified_from_on,
        year_after.first_on + least(qualified.day_of_month, year_after.days_in_month) - 1 as experienced_from_on
    from known.professionals as workers
    left join calendar.days as qualified on qualified.on_date = workers.newly_qualified_from_on
    left join calendar.months as year_after on year_after.month_number = qualified.month_number + 12
),

unreadable_workers as (
    select distinct worker_id
    from known.quarantined_professionals
    where registration_id is not null
)

select
    coalesce(enquiries.enquiry_id, enquiries.row_digest) as subject_id,
    enquiries.child_id,
    coalesce(enquiries.team_id, referrals.team_id) as team_id,
    coalesce(enquiries.ended_on, enquiries.started_on) as on_date,
    coalesce(
        workers.is_registered
        and (
            workers.newly_qualified_from_on is null
            or enquiries.started_on >= coalesce(workers.experienced_from_on, workers.newly_qualified_from_on)
        ),
        false
    ) as is_passed,
    case
        when enquiries.is_quarantined or unreadable_workers.worker_id is not null then 'quarantined'
        when workers.is_registered and not workers.has_workforce_row then 'no_workforce_row'
    end as left_out_reason
from enquiries
left join workers on workers.worker_id = enquiries.worker_id
left join unreadable_workers on unreadable_workers.worker_id = enquiries.worker_id
left join known.referrals as referrals on referrals.referral_id = enquiries.referral_id

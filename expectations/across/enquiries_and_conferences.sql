-- One row per section 47 enquiry: how long, in working days, one has run that led neither to a conference nor to a
-- decision that none is needed; and whether it began while another one about the child was running.
with held as (
    select enquiry_id, min(held_on) as held_on
    from known.conferences
    where held_on is not null
    group by enquiry_id
),

enquiries as (
    select
        enquiries.enquiry_id,
        enquiries.child_id,
        enquiries.started_on,
        -- An enquiry without a conference is over when it is decided that none is needed.
        coalesce(held.held_on, enquiries.ended_on) as over_on,
        held.held_on is null and not coalesce(enquiries.is_nfa, false) as is_waiting,
        coalesce(enquiries.is_nfa, false) as is_nfa
    from known.section47_enquiries as enquiries
    left join held on held.enquiry_id = enquiries.enquiry_id
),

overlapping as (
    select distinct enquiries.enquiry_id
    from enquiries
    join enquiries as other
        on other.child_id = enquiries.child_id
        and other.enquiry_id <> enquiries.enquiry_id
        and other.started_on <= enquiries.started_on
        and (other.over_on >= enquiries.started_on or (other.over_on is null and not other.is_nfa))
        -- Of two that began on the same day, the later id is the one that began beside the other.
        and (other.started_on < enquiries.started_on or other.enquiry_id < enquiries.enquiry_id)
)

select
    case when enquiries.is_waiting then today.working_day_number - started.working_day_number end as open_working_days,
    overlapping.enquiry_id is not null as is_begun_beside_another
from enquiries
cross join known.moment as moment
join calendar.days as today on today.on_date = moment.as_at_on
left join calendar.days as started on started.on_date = enquiries.started_on
left join overlapping on overlapping.enquiry_id = enquiries.enquiry_id

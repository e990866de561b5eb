select
    conferences.conference_id as subject_id,
    conferences.child_id as child_id,
    coalesce(conferences.target_on, conferences.held_on) as from_on,
    conferences.held_on as until_on,
    case
        when conferences.is_transfer_in then 'transferred_in'
        when enquiries.enquiry_id is null then 'no_enquiry'
        when conferences.held_on < enquiries.started_on then 'before_enquiry'
        when held.working_day_number - started.working_day_number > 15 then 'longer'
    end as reason
from known.conferences as conferences
left join known.section47_enquiries as enquiries on enquiries.enquiry_id = conferences.enquiry_id
left join calendar.days as started on started.on_date = enquiries.started_on
left join calendar.days as held on held.on_date = conferences.held_on

-- One row per initial conference: on which kind of day it was held and due, and whether it stands twice.
select
    held.day_number % 7 >= 5 as is_held_on_weekend,  -- day 0, 1 January 1900, was a Monday
    held.is_working_day as is_held_on_working_day,
    target.day_number % 7 >= 5 as is_target_on_weekend,
    case
        when conferences.held_on is not null and conferences.enquiry_id is null
            then exists (
                select 1
                from known.conferences as other
                where other.child_id = conferences.child_id
                    and other.held_on = conferences.held_on
                    and other.enquiry_id is not null
            )
    end as is_recorded_twice
from known.conferences as conferences
left join calendar.days as held on held.on_date = conferences.held_on
left join calendar.days as target on target.on_date = conferences.target_on

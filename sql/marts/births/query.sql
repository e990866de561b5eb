-- When each child was born, in the calendar's numbers, so that ages are counted in completed years without date functions.
-- The good row of a child comes before one in quarantine.
with people as (
    select child_id, born_on, false as is_quarantined
    from known.people
    union all
    select child_id, cast(null as date) as born_on, true as is_quarantined
    from known.quarantined_people
),

numbered as (
    select people.*, row_number() over (partition by child_id order by is_quarantined) as place
    from people
    where child_id is not null
)

select
    numbered.child_id,
    born.month_number,
    born.day_of_month,
    numbered.is_quarantined
from numbered
left join calendar.days as born on born.on_date = numbered.born_on
where numbered.place = 1

-- 2, 3, … up to the furthest window that any duty has reached. A table of its own, so that a planner knows how few.
select cast(places.place as integer) as place
from (
    select row_number() over (order by on_date) + 1 as place
    from calendar.days
) as places
cross join (select max(reached_window) as greatest_place from clocks.anchors) as reached
where places.place <= reached.greatest_place

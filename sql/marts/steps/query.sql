-- From each anchor to the next: the last time done in the window in which something was done; mostly it was done once. A
-- first window that is not over yet has no next anchor.
with reached as (
    select anchors.duty_number, anchors.anchor_on, anchors.next_on, anchors.second_on, windows.until_on
    from clocks.anchors as anchors
    join clocks.windows as windows
        on windows.duty_number = anchors.duty_number
        and windows.anchor_on = anchors.anchor_on
        and windows.place = anchors.reached_window
    where
        anchors.next_on is not null
        and (windows.place > 1 or windows.due_on <= anchors.horizon_on)
)

select duty_number, anchor_on, next_on as next_anchor_on
from reached
where second_on is null or second_on > until_on
union all
select reached.duty_number, reached.anchor_on, max(later.anchor_on) as next_anchor_on
from reached
join clocks.anchors as later
    on later.duty_number = reached.duty_number
    and later.anchor_on >= reached.second_on
    and (later.anchor_on <= reached.until_on or reached.until_on is null)
group by reached.duty_number, reached.anchor_on

-- From each anchor to the next: the last time done in the window in which something was done. A first window that is
-- not over yet has no next anchor.
select
    anchors.duty_number,
    anchors.anchor_on,
    max(later.anchor_on) as next_anchor_on
from clocks.anchors as anchors
join clocks.windows as windows
    on windows.duty_number = anchors.duty_number
    and windows.anchor_on = anchors.anchor_on
    and windows.place = anchors.reached_window
join clocks.anchors as later
    on later.duty_number = anchors.duty_number
    and later.anchor_on > anchors.anchor_on
    and (later.anchor_on <= windows.until_on or windows.until_on is null)
where
    anchors.next_on is not null
    and (windows.place > 1 or windows.due_on <= anchors.horizon_on)
group by anchors.duty_number, anchors.anchor_on

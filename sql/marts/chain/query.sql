-- The anchors that due dates are really counted from, step by step. A duty that ran before the first complete month
-- begins with the first time done, if that is within one interval of the month's first day.
with recursive chain as (
    select
        duty_number,
        case
            when is_before_first and not is_event and next_on is not null and reached_window = 1 then next_on
            else anchor_on
        end as anchor_on
    from clocks.anchors
    where anchor_on = start_on
    union all
    select chain.duty_number, steps.next_anchor_on as anchor_on
    from chain
    join clocks.steps as steps on steps.duty_number = chain.duty_number and steps.anchor_on = chain.anchor_on
)

select duty_number, anchor_on
from chain

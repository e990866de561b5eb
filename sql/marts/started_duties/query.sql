-- Duties of the recurring clocks that had begun by the as-at, with the first day from which they are counted and the
-- last one known (horizon). One that ran before the first complete month is counted from that month's first day. Duties
-- are numbered, for their due dates are joined by number.
with duties as (
    select
        duties.clock,
        duties.subject_id,
        duties.child_id,
        duties.worker_id,
        coalesce(duties.child_id, duties.worker_id, duties.subject_id) as person_id,
        duties.team_id,
        duties.duty_from_on,
        duties.duty_until_on,
        coalesce(duties.duty_from_on < first_complete.first_on, true) as is_before_first,
        case
            when duties.duty_from_on >= first_complete.first_on then duties.duty_from_on
            else first_complete.first_on
        end as start_on,
        case when duties.duty_until_on <= moment.as_at_on then duties.duty_until_on end as until_on,
        moment.as_at_on
    from clocks.duties as duties
    join known.first_complete as first_complete on first_complete.clock = duties.clock
    cross join known.moment as moment
    where duties.left_out_reason is null
)

select
    row_number() over (order by clock, subject_id) as duty_number,
    dense_rank() over (order by clock, person_id) as person_number,
    clock,
    subject_id,
    child_id,
    worker_id,
    person_id,
    team_id,
    duty_from_on,
    duty_until_on,
    is_before_first,
    start_on,
    until_on,
    case when until_on is not null then until_on - 1 else as_at_on end as horizon_on,
    as_at_on
from duties
where start_on <= as_at_on and (until_on is null or until_on > start_on)

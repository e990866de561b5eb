-- Duties of one clock towards one child that overlap, as those of a child with two records do, are one, known by the first
-- of them, which lasts as long as any. One that begins on the day another ends is a duty of its own.
with in_order as (
    select
        duties.*,
        max(coalesce(duty_until_on, date '9999-12-31')) over (
            partition by clock, child_id
            order by duty_from_on, subject_id rows between unbounded preceding and 1 preceding
        ) as covered_until_on
    from clocks.duty_rows as duties
    where child_id is not null and left_out_reason is null
),

numbered as (
    select
        in_order.*,
        sum(case when covered_until_on > duty_from_on then 0 else 1 end) over (
            partition by clock, child_id order by duty_from_on, subject_id
        ) as stretch
    from in_order
),

placed as (
    select
        numbered.*,
        row_number() over (partition by clock, child_id, stretch order by duty_from_on, subject_id) as place,
        max(coalesce(duty_until_on, date '9999-12-31')) over (partition by clock, child_id, stretch) as last_on
    from numbered
)

select
    clock, subject_id, child_id, worker_id, team_id, duty_from_on,
    case when last_on < date '9999-12-31' then last_on end as duty_until_on,
    left_out_reason
from placed
where place = 1
union all
select clock, subject_id, child_id, worker_id, team_id, duty_from_on, duty_until_on, left_out_reason
from clocks.duty_rows
where child_id is null or left_out_reason is not null

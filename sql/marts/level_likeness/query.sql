-- How alike a level's month is to the one before: the correlation between the two months of what is counted, over the
-- children (of a ratio: workers) who stand in both. Whoever stands in one of them alone makes the months less alike.
with members as (
    select
        levels.indicator,
        levels.month,
        levels.subject_id,
        cast(case when levels.is_met then 1 else 0 end as double precision) as amount
    from clocks.levels as levels
    join clocks.definitions as definitions
        on definitions.indicator = levels.indicator and definitions.measure = 'proportion'
    where levels.left_out_reason is null
    union all
    select
        levels.indicator, levels.month, levels.worker_id as subject_id,
        cast(count(*) / max(levels.amount) as double precision) as amount
    from clocks.levels as levels
    join clocks.definitions as definitions on definitions.indicator = levels.indicator and definitions.measure = 'ratio'
    where levels.left_out_reason is null
    group by levels.indicator, levels.month, levels.worker_id
),

means as (
    select indicator, month, avg(amount) as mean
    from members
    group by indicator, month
),

away as (
    select members.indicator, months.month_number, members.subject_id, members.amount - means.mean as away
    from members
    join means on means.indicator = members.indicator and means.month = members.month
    join calendar.months as months on months.month = members.month
),

spreads as (
    select indicator, month_number, sum(away * away) as spread
    from away
    group by indicator, month_number
),

shared as (
    select latter.indicator, latter.month_number, sum(latter.away * former.away) as shared
    from away as latter
    join away as former
        on former.indicator = latter.indicator
        and former.subject_id = latter.subject_id
        and former.month_number = latter.month_number - 1
    group by latter.indicator, latter.month_number
)

select
    shared.indicator,
    months.month,
    -- In millionths: engines add in another order.
    floor(shared.shared / sqrt(latter.spread * former.spread) * 1000000 + 0.5) / cast(1000000 as double precision)
        as likeness
from shared
join calendar.months as months on months.month_number = shared.month_number
join spreads as latter on latter.indicator = shared.indicator and latter.month_number = shared.month_number
join spreads as former on former.indicator = shared.indicator and former.month_number = shared.month_number - 1
where latter.spread > 0 and former.spread > 0

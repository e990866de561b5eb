-- One row per month and worker in post on its last day: is the last session still in date?
-- Due dates are those of the clock personal_supervision_held, whatever session or first day they are counted from.
with posts as (
    select months.month, months.ends_on, duties.*
    from clocks.months as months
    join clocks.started_duties as duties
        on duties.clock = 'personal_supervision_held'
        and duties.start_on <= months.ends_on
        and (duties.until_on is null or duties.until_on > months.ends_on)
    where months.indicator = 'personal_supervision_in_date'
),

latest as (
    select posts.month, posts.duty_number, max(anchors.anchor_on) as anchor_on
    from posts
    join clocks.anchors as anchors
        on anchors.duty_number = posts.duty_number and anchors.anchor_on <= posts.ends_on
    group by posts.month, posts.duty_number
),

-- Days of absence in an unbroken row share their count of days present.
absences as (
    select duty_number, active_number, min(on_date) as from_on, max(on_date) as to_on
    from clocks.active_days
    where not is_active
    group by duty_number, active_number
),

-- The first day on which an absence is as long as the interval: one that lasts to it is longer.
long_absences as (
    select
        posts.month,
        posts.duty_number,
        absences.to_on,
        anchors.unit,
        anchors.limit_value,
        absences.from_on,
        case
            when anchors.unit = 'days' then absences.from_on + anchors.limit_value
            else later.first_on + least(began.day_of_month, later.days_in_month) - 1
        end as outlasts_on
    from posts
    join latest on latest.month = posts.month and latest.duty_number = posts.duty_number
    join clocks.anchors as anchors
        on anchors.duty_number = posts.duty_number and anchors.anchor_on = latest.anchor_on
    join absences
        on absences.duty_number = posts.duty_number
        and absences.from_on <= posts.ends_on
        and absences.to_on >= posts.ends_on
    join calendar.days as began on began.on_date = absences.from_on
    left join calendar.months as later on later.month_number = began.month_number + anchors.limit_value
),

unreadable_sessions as (
    select distinct posts.month, posts.duty_number
    from posts
    join latest on latest.month = posts.month and latest.duty_number = posts.duty_number
    join clocks.events as events
        on events.clock = posts.clock
        and events.subject_id = posts.subject_id
        and events.is_quarantined
        and events.done_on > latest.anchor_on
        and events.done_on <= posts.ends_on
),

facts as (
    select
        posts.month,
        posts.subject_id,
        posts.worker_id,
        posts.team_id,
        posts.is_before_first,
        coalesce(posts.ends_on <= windows.until_on, true) as is_in_date,
        anchors.is_event,
        coalesce(long_absences.to_on >= long_absences.outlasts_on, false) as is_absent,
        unreadable_sessions.duty_number is not null as has_unreadable_session
    from posts
    join latest on latest.month = posts.month and latest.duty_number = posts.duty_number
    join clocks.anchors as anchors
        on anchors.duty_number = posts.duty_number and anchors.anchor_on = latest.anchor_on
    join clocks.windows as windows
        on windows.duty_number = anchors.duty_number
        and windows.anchor_on = anchors.anchor_on
        and windows.place = 1
    left join long_absences on long_absences.month = posts.month and long_absences.duty_number = posts.duty_number
    left join unreadable_sessions
        on unreadable_sessions.month = posts.month and unreadable_sessions.duty_number = posts.duty_number
),

unreadable_posts as (
    select months.month, duties.*
    from clocks.months as months
    join clocks.duties as duties
        on duties.clock = 'personal_supervision_held'
        and duties.left_out_reason is not null
        and (duties.duty_from_on is null or duties.duty_from_on <= months.ends_on)
        and (duties.duty_until_on is null or duties.duty_until_on > months.ends_on)
    where months.indicator = 'personal_supervision_in_date'
)

select
    month,
    subject_id,
    cast(null as text) as child_id,
    worker_id,
    team_id,
    is_in_date as is_met,
    cast(null as double precision) as amount,
    case
        when is_absent then 'absent'
        when is_in_date and not is_event and is_before_first then 'before_first_record'
        when is_in_date and not is_event then 'starter'
        when not is_in_date and has_unreadable_session then 'quarantined'
    end as left_out_reason
from facts
union all
select
    month,
    subject_id,
    cast(null as text) as child_id,
    worker_id,
    team_id,
    false as is_met,
    cast(null as double precision) as amount,
    left_out_reason
from unreadable_posts

-- One row per month and child open on its last day: does the record name the child's religion?
select
    children.month,
    children.child_id as subject_id,
    children.child_id,
    cast(null as text) as worker_id,
    children.team_id,
    coalesce(trim(people.religion) <> '' and unanswered.answer is null, false) as is_met,
    cast(null as double precision) as amount,
    case
        when children.is_quarantined then 'quarantined'
        when children.is_unborn then 'unborn'
        when unanswered.is_refused then 'refused'
    end as left_out_reason
from clocks.open_children as children
left join known.people as people on people.child_id = children.child_id
left join known.unanswered as unanswered on unanswered.answer = lower(trim(people.religion))

-- The last visit of each child. That the child was seen is said of children in need; of a child under a plan only
-- where it was seen alone, of one in care not at all.
select
    'need' as visit_kind,
    need.visit_key as visit_id,
    need.child_id as child_id,
    null as plan_id,
    need.last_seen_on as visited,
    'Y' as is_seen,
    null as is_seen_alone
from annex_a_list_6 as need
where
    need.last_seen_on is not null
    and coalesce(need.case_status, 'need_plan') not in ('looked_after', 'protection_plan')
union all
select
    'protection' as visit_kind,
    plan.visit_key as visit_id,
    plan.child_id as child_id,
    plan.plan_key as plan_id,
    plan.last_visited_on as visited,
    case when plan.is_seen_alone = 'Y' then 'Y' end as is_seen,
    plan.is_seen_alone as is_seen_alone
from annex_a_list_7 as plan
where plan.last_visited_on is not null
union all
select
    'looked_after' as visit_kind,
    care.visit_key as visit_id,
    care.child_id as child_id,
    care.care_key as plan_id,
    care.last_visited_on as visited,
    null as is_seen,
    null as is_seen_alone
from annex_a_list_8 as care
where care.last_visited_on is not null

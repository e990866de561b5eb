select
    'protection' as visit_kind,
    protection.cppv_cp_visit_id as visit_id,
    protection.cppv_person_id as child_id,
    protection.cppv_cp_plan_id as plan_id,
    protection.cppv_cp_visit_date as visited,
    protection.cppv_cp_visit_seen as is_seen,
    protection.cppv_cp_visit_seen_alone as is_seen_alone
from ssd_cp_visits as protection
union all
select
    'need' as visit_kind,
    need.cinv_cin_visit_id as visit_id,
    need.cinv_person_id as child_id,
    null as plan_id,
    need.cinv_cin_visit_date as visited,
    need.cinv_cin_visit_seen as is_seen,
    need.cinv_cin_visit_seen_alone as is_seen_alone
from ssd_cin_visits as need
union all
select
    'looked_after' as visit_kind,
    looked_after.clav_cla_visit_id as visit_id,
    looked_after.clav_person_id as child_id,
    looked_after.clav_cla_id as plan_id,
    looked_after.clav_cla_visit_date as visited,
    looked_after.clav_cla_visit_seen as is_seen,
    looked_after.clav_cla_visit_seen_alone as is_seen_alone
from ssd_cla_visits as looked_after

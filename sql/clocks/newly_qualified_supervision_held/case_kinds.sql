-- The schedule of newly qualified workers.
select worker_id as subject_id, case_kind, from_on, until_on
from clocks.newly_qualified_stages

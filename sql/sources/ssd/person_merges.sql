select
    merged.merged_person_id as merged_id,
    merged.surviving_person_id as child_id,
    merged.merged_on as merged_on
from ext_person_merges as merged

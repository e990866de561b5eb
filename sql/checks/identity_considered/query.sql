-- One row per authorised assessment. No details row, or an empty flag, is not considered.
select
    subject_id,
    child_id,
    team_id,
    on_date,
    is_identity_considered as is_passed,
    left_out_reason
from clocks.authorised_assessments

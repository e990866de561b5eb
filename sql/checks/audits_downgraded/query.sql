-- One row per audit that was graded a second time: whether the second grade is lower. A rank counts from the best.
with grades as (
    select grade, grade_rank
    from (values
        ('outstanding', 1), ('good', 2), ('requires improvement', 3), ('adequate', 3), ('inadequate', 4)
    ) as scale (grade, grade_rank)
),

audits as (
    select
        audit_id, child_id, auditor_id, audited_on, due_on, grade, moderated_grade, row_digest, true as is_quarantined
    from known.quarantined_practice_audits
    union all
    select
        audit_id, child_id, auditor_id, audited_on, due_on, grade, moderated_grade, cast(null as text) as row_digest,
        false as is_quarantined
    from known.practice_audits
)

select
    coalesce(audits.audit_id, audits.row_digest) as subject_id,
    audits.child_id,
    auditors.team_id,
    coalesce(audits.audited_on, audits.due_on) as on_date,
    coalesce(moderated.grade_rank > graded.grade_rank, false) as is_passed,
    case
        when audits.is_quarantined then 'quarantined'
        when audits.audited_on is null then 'no_audit_date'
        when graded.grade_rank is null or moderated.grade_rank is null then 'grade_unknown'
    end as left_out_reason
from audits
left join grades as graded on graded.grade = lower(trim(audits.grade))
left join grades as moderated on moderated.grade = lower(trim(audits.moderated_grade))
left join known.professionals as auditors on auditors.worker_id = audits.auditor_id
where audits.moderated_grade is not null

-- One row per audit that has fallen due, in the month of its due date. An open one has its due date to the end.
with audits as (
    select audit_id, child_id, auditor_id, audited_on, due_on, row_digest, true as is_quarantined
    from known.quarantined_practice_audits
    union all
    select
        audit_id, child_id, auditor_id, audited_on, due_on, cast(null as text) as row_digest, false as is_quarantined
    from known.practice_audits
)

select
    coalesce(audits.audit_id, audits.row_digest) as subject_id,
    audits.child_id,
    auditors.team_id,
    coalesce(audits.due_on, audits.audited_on) as on_date,
    coalesce(audits.audited_on <= audits.due_on, false) as is_passed,
    case
        when audits.is_quarantined then 'quarantined'
        when audits.due_on is null then 'no_due_date'
    end as left_out_reason
from audits
cross join known.moment as moment
left join known.professionals as auditors on auditors.worker_id = audits.auditor_id
where audits.is_quarantined or audits.audited_on <= moment.as_at_on or audits.due_on < moment.as_at_on

select
    practice_audit.audit_id as audit_id,
    practice_audit.person_id as child_id,
    practice_audit.auditor_id as auditor_id,
    practice_audit.audited_on as audited_on,
    practice_audit.due_on as due_on,
    practice_audit.theme as theme,
    practice_audit.grade as grade,
    practice_audit.moderated_grade as moderated_grade,
    practice_audit.actions_with_owner as actions_with_owner
from ext_practice_audits as practice_audit

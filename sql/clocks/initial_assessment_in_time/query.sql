-- One row per referral that an initial assessment answers or should answer, and one per assessment that cannot be timed
-- from its referral. sql/marts/referral_cases pairs referrals and assessments, in the same way for both kinds.
select
    subject_id,
    child_id,
    worker_id,
    team_id,
    started_on,
    started_at,
    stopped_on,
    stopped_at,
    cast(null as text) as case_kind,
    withdrawn_on,
    left_out_reason
from clocks.referral_cases
where assessment_kind = 'initial'

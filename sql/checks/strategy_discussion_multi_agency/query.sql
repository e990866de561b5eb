-- One row per strategy discussion. The agencies are codes with ';' between them.
with discussions as (
    select discussion_id, child_id, enquiry_id, held_on, agencies, cast(null as text) as row_digest,
        false as is_quarantined
    from known.strategy_discussions
    union all
    select discussion_id, child_id, enquiry_id, held_on, agencies, row_digest, true as is_quarantined
    from known.quarantined_strategy_discussions
),

named as (
    select discussions.*, ';' || replace(lower(coalesce(agencies, '')), ' ', '') || ';' as codes
    from discussions
)

select
    coalesce(named.discussion_id, named.row_digest) as subject_id,
    named.child_id,
    coalesce(enquiries.team_id, referrals.team_id) as team_id,
    named.held_on as on_date,
    named.codes like '%;police;%' and named.codes like '%;health;%' as is_passed,
    case when named.is_quarantined then 'quarantined' end as left_out_reason
from named
left join known.section47_enquiries as enquiries on enquiries.enquiry_id = named.enquiry_id
left join known.referrals as referrals on referrals.referral_id = enquiries.referral_id

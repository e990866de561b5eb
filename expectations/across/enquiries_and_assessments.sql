-- One row per section 47 enquiry that names its referral: whether an assessment was made on it, readable or not.
with assessed as (
    select referral_id from known.assessments
    union
    select referral_id from known.quarantined_assessments
)

select assessed.referral_id is not null as has_assessment
from known.section47_enquiries as enquiries
left join assessed on assessed.referral_id = enquiries.referral_id
where enquiries.referral_id is not null

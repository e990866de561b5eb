-- The census does not say which conference made a plan: one of the same referral on the plan's first day is taken.
select
    plan.protection_plan_id as plan_id,
    plan.child_id as child_id,
    plan.referral_id as referral_id,
    coalesce(min(enquiry.section47_id), min(referral.referral_id)) || '/conference' as conference_id,
    plan.cppstartdate as started,
    plan.cppenddate as ended
from census_protection_plans as plan
left join census_section47 as enquiry
    on enquiry.referral_id = plan.referral_id and enquiry.dateofinitialcpc = plan.cppstartdate
left join census_referrals as referral
    on referral.referral_id = plan.referral_id and referral.dateofinitialcpc = plan.cppstartdate
group by plan.protection_plan_id, plan.child_id, plan.referral_id, plan.cppstartdate, plan.cppenddate

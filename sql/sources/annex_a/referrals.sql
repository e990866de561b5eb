-- A child in need since the day of the referral is in need because of it: that row tells need and closure.
select
    referral.referral_key as referral_id,
    referral.child_id as child_id,
    referral.referred_on as referred,
    referral.referral_source as source_code,
    need.primary_need as primary_need_code,
    referral.is_nfa as is_nfa,
    need.need_ended_on as closed,
    need.close_reason as close_reason,
    referral.team as team_id,
    referral.worker as worker_id
from annex_a_list_3 as referral
left join annex_a_list_6 as need on need.need_key = referral.referral_key

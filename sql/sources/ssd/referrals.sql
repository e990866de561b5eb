select
    episode.cine_referral_id as referral_id,
    episode.cine_person_id as child_id,
    episode.cine_referral_date as referred,
    episode.cine_referral_source_code as source_code,
    episode.cine_cin_primary_need_code as primary_need_code,
    episode.cine_referral_nfa as is_nfa,
    episode.cine_close_date as closed,
    episode.cine_close_reason as close_reason,
    episode.cine_referral_team as team_id,
    episode.cine_referral_worker_id as worker_id
from ssd_cin_episodes as episode

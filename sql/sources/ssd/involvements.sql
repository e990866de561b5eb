select
    involvement.invo_involvements_id as involvement_id,
    involvement.invo_professional_id as worker_id,
    involvement.invo_professional_role_id as role,
    involvement.invo_professional_team as team_id,
    involvement.invo_involvement_start_date as started,
    involvement.invo_involvement_end_date as ended,
    involvement.invo_person_id as child_id,
    involvement.invo_referral_id as referral_id
from ssd_involvements as involvement

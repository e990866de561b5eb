-- Where a team's work counts besides the authority: the team itself and its area. A team unknown to the teams feed
-- counts for the authority only.
select team_id, 'team' as scope_type, team_id as scope_id
from known.teams
union all
select team_id, 'area' as scope_type, area_id as scope_id
from known.teams
where area_id is not null

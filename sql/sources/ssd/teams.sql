select
    team.dept_team_id as team_id,
    team.dept_team_name as team_name,
    team.dept_team_parent_id as area_id,
    team.dept_team_parent_name as area_name
from ssd_department as team

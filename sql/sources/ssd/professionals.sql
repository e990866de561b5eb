select
    professional.prof_professional_id as worker_id,
    professional.prof_social_worker_registration_no as registration_id,
    professional.prof_professional_job_title as job_title,
    professional.prof_full_time_equivalency as full_time_equivalency,
    professional.prof_agency_worker_flag as is_agency,
    case when workforce.prof_professional_id is null then 'N' else 'Y' end as has_workforce_row,
    workforce.team_id as team_id,
    workforce.line_manager_id as line_manager_id,
    workforce.started_on as started_on,
    workforce.left_on as left_on,
    workforce.newly_qualified_from as newly_qualified_from_on,
    workforce.is_case_holding as is_case_holding
from ssd_professionals as professional
left join ext_workforce as workforce on workforce.prof_professional_id = professional.prof_professional_id

-- The list knows assessments; a completed one is taken as the end of the episode.
select
    early_help.early_help_key as episode_id,
    early_help.child_id as child_id,
    early_help.assessment_started_on as started,
    early_help.assessment_completed_on as ended,
    early_help.organisation as organisation
from annex_a_list_2 as early_help

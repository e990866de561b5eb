select
    survey.survey_id as survey_id,
    survey.question as question,
    survey.asked_on as asked_on,
    survey."group" as surveyed_group,
    survey.responses as responses,
    survey.positive as positive
from ext_survey_results as survey

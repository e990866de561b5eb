select
    factors.cinf_table_id as factors_id,
    factors.cinf_assessment_id as assessment_id,
    factors.cinf_assessment_factors_json as factors
from ssd_assessment_factors as factors

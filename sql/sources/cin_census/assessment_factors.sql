select
    factors.factors_id as factors_id,
    factors.assessment_id as assessment_id,
    factors.assessmentfactors as factors
from census_assessment_factors as factors

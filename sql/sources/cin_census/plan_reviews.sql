select
    review.review_id as review_id,
    review.protection_plan_id as plan_id,
    review.child_id as child_id,
    null as due_on,
    review.cppreviewdate as held,
    null as participation
from census_reviews as review

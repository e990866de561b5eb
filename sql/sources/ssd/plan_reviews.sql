select
    review.cppr_cp_review_id as review_id,
    review.cppr_cp_plan_id as plan_id,
    review.cppr_person_id as child_id,
    review.cppr_cp_review_due as due_on,
    review.cppr_cp_review_date as held,
    review.cppr_cp_review_participation as participation
from ssd_cp_reviews as review

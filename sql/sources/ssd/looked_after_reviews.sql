select
    review.clar_cla_review_id as review_id,
    review.clar_cla_id as period_id,
    review.clar_cla_review_due_date as due_on,
    review.clar_cla_review_date as held,
    review.clar_cla_review_cancelled as is_cancelled,
    review.clar_cla_review_participation as participation
from ssd_cla_reviews as review

select
    child.child_id as child_id,
    child.born_on as born_on,
    null as expected_on,
    null as died_on,
    child.gender as sex,
    child.ethnicity as ethnicity,
    null as religion,
    null as first_language
from annex_a_children as child

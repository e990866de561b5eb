-- Sex was called GenderCurrent until 2023, and has been given as a code and as a letter.
select
    child.child_id as child_id,
    child.personbirthdate as born_on,
    child.expectedpersonbirthdate as expected_on,
    child.persondeathdate as died_on,
    case coalesce(child.sex, child.gendercurrent)
        when '1' then 'M'
        when '2' then 'F'
        when '9' then 'I'
        when '0' then 'U'
        else coalesce(child.sex, child.gendercurrent)
    end as sex,
    child.ethnicity as ethnicity,
    null as religion,
    null as first_language
from census_children as child

select
    person.pers_person_id as child_id,
    person.pers_dob as born_on,
    person.pers_expected_dob as expected_on,
    person.pers_death_date as died_on,
    person.pers_sex as sex,
    person.pers_ethnicity as ethnicity,
    details.religion as religion,
    details.first_language as first_language
from ssd_person as person
left join ext_person_details as details on details.pers_person_id = person.pers_person_id

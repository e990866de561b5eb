-- One row per child who was ever referred, with the ethnicity code as it is compared, in capitals.
select coalesce(upper(people.ethnicity), 'MISSING') as ethnicity
from known.people as people
where exists (select 1 from known.referrals as referrals where referrals.child_id = people.child_id)

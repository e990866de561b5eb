select
    restricted.person_id as child_id,
    restricted.from_on as from_on,
    restricted.until_on as until_on
from ext_restricted_records as restricted

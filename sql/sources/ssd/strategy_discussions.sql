select
    discussion.discussion_id as discussion_id,
    discussion.s47_enquiry_id as enquiry_id,
    discussion.person_id as child_id,
    discussion.held_at as held,
    discussion.agencies as agencies
from ext_strategy_discussions as discussion

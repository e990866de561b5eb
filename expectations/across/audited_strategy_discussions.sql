-- One row per entry of the record audit that tells of a strategy discussion: whether that discussion is known.
with discussions_seen as (
    select discussion_id from known.strategy_discussions
    union
    select discussion_id from known.quarantined_strategy_discussions
)

select discussions_seen.discussion_id is not null as is_record_known
from known.record_audit as audit
left join discussions_seen on discussions_seen.discussion_id = audit.record_id
where audit.record_type = 'strategy_discussion'

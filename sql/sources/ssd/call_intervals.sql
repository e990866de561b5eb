select
    calls.queue as queue,
    calls.interval_start as interval_id,
    calls.interval_start as started,
    calls.offered as offered,
    calls.answered as answered,
    calls.answered_in_target as answered_in_target,
    calls.abandoned as abandoned,
    calls.wait_seconds_total as wait_seconds_total,
    calls.wait_seconds_max as wait_seconds_max
from ext_call_intervals as calls

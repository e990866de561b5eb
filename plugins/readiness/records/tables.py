"""The tables of this room beside the feeds' own: what was loaded, by which rules, from a source of which shape."""

BATCHES = "records.batches"
BATCH_COLUMNS = {
    "feed": "text",
    "day": "date",
    "extracted_at": "timestamp",
    "source_rows": "bigint",
    "accepted": "bigint",
    "quarantined": "bigint",
    "copies": "bigint",
    "warnings": "bigint",
    "new": "bigint",
    "changed": "bigint",
    "closed": "bigint",
    "is_absent": "boolean",
    "notice": "text",
    "message": "text",
    "delivery": "text",
    "content": "text",
}
"""One row per feed and loaded day. is_absent: the source had no table for the feed. message: what the batch lacks, in
words. delivery, content: hashes of the files it was read from, whole and the feed's part; NULL for a database."""

RULE_RESULTS = "gate.rule_results"
RULE_RESULT_COLUMNS = {
    "feed": "text",
    "day": "date",
    "extracted_at": "timestamp",
    "rule_id": "text",
    "severity": "text",
    "dimension": "text",
    "description": "text",
    "owner": "text",
    "reference": "text",
    "checked": "bigint",
    "failed": "bigint",
}
"""One row per rule and loaded day. owner: who mends the rows that break it. reference: the rule's published number,
NULL if it has none. checked, failed: numbers of rows."""

SOURCE_SHAPE = "records.source_shape"
SOURCE_SHAPE_COLUMNS = {"feed": "text", "part": "text", "name": "text", "family": "text", "first_seen_at": "timestamp"}
"""What earlier batches showed of the source. part: `table` (name as in the feed's query) or `column` (of the contract,
with the family of values it held). first_seen_at: the extraction that showed it first."""

IDENTITY = "records.identity"
IDENTITY_COLUMNS = {"fingerprint": "text"}
"""The fingerprint of the key that the ids in this warehouse were hashed with."""

ALL = {
    BATCHES: BATCH_COLUMNS,
    RULE_RESULTS: RULE_RESULT_COLUMNS,
    SOURCE_SHAPE: SOURCE_SHAPE_COLUMNS,
    IDENTITY: IDENTITY_COLUMNS,
}

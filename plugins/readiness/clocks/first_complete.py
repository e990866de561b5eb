"""From when on a feed is complete: the schema `known`'s first_complete_feeds."""

from datetime import date

import pandas as pd

from readiness.clocks.history import History
from readiness.clocks.schemas import Schemas
from readiness.periods import Month
from readiness.profile import Profile

TYPES = {"feed": "text", "record_type": "text", "first_on": "date", "is_setting": "boolean"}

FIRST_COMPLETE = """
with volumes as (
    select {by_type} as record_type, days.month_number, count(*) as volume
    from known.{feed} as rows_known
    join calendar.days as days on days.on_date = rows_known.{on_date}
    cross join known.moment as moment
    join calendar.days as today on today.on_date = moment.as_at_on
    where days.month_number < today.month_number
    group by 1, 2
),

typical as (
    select record_type, percentile_cont(0.5) within group (order by volume) as volume
    from volumes
    group by record_type
)

select volumes.record_type, min(months.first_on) as first_on
from volumes
join typical on coalesce(typical.record_type, '') = coalesce(volumes.record_type, '')
join calendar.months as months on months.month_number = volumes.month_number
where volumes.volume >= typical.volume / 2
group by volumes.record_type
order by volumes.record_type
"""


def find_first_complete(history: History, profile: Profile, schemas: Schemas) -> None:
    """known.first_complete_feeds: feed, record_type, first_on, is_setting.

    The earliest month with at least half of the median monthly volume, by the date that the contract names, the as-at's
    own month left aside; the record audit by record type. The profile's word, by feed or record type, comes first.
    """
    found = []
    for feed, contract in history.contracts.items():
        if contract.first_date and feed in history.first_batches and feed not in profile.first_complete_month:
            by_type = "record_type" if "record_type" in contract.key else "cast(null as text)"
            rows = history.warehouse.query(
                schemas.sql(FIRST_COMPLETE.format(feed=feed, by_type=by_type, on_date=contract.on(contract.first_date)))
            )
            found += [
                (feed, _text(row.record_type), _day(row.first_on), False)
                for row in rows.itertuples()
                if row.record_type not in profile.first_complete_month
            ]
    for name, month in profile.first_complete_month.items():
        named = (name, None) if name in history.contracts else ("record_audit", name)
        found.append((*named, Month.parse(month).first_on, True))
    table = pd.DataFrame(found, columns=list(TYPES))
    history.warehouse.load(schemas.table("known.first_complete_feeds"), table, TYPES)


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


def _day(value: object) -> date:
    return pd.Timestamp(value).date()

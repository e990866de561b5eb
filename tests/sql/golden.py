"""The golden cases: one folder with a `case.yaml` is one test, its name is the claim.

A case gives rows of feeds as they stood on its day, the council's settings where they matter, and the spans and values
that must follow. What it does not name is empty; first complete months lie far in the past unless it says otherwise.
Expected spans are all the spans of the clock that the folder belongs to; each is compared in the columns it names, and
so is each value. A value that is not in the warehouse is one with nothing counted.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import yaml

from readiness import clocks, indicators
from readiness.clocks import Definitions, load_definitions
from readiness.contracts import Contract, load_contracts
from readiness.periods import day_moment
from readiness.profile import Profile, load_profile
from readiness.settings import PROJECT
from readiness.warehouse import Warehouse

FOLDER = Path(__file__).parent
LONG_AGO = "2000-01"
NOTHING = {"numerator": 0, "denominator": 0, "running": 0, "overdue": 0, "left_out": {}}


def case_files() -> list[Path]:
    return sorted(FOLDER.glob("*/*/*/case.yaml"))


class Case:
    """A golden case: how to load it, and what came out."""

    def __init__(self, path: Path) -> None:
        self.content = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.id = path.parent.parent.name
        self.expected_spans = self.content["expect"].get("spans")
        self.expected_values = self.content["expect"].get("values") or []

    def count(self, warehouse: Warehouse) -> None:
        """Load the rows, then build everything that the expectations need."""
        as_at = day_moment(self.content["as_at"])
        given = dict(self.content.get("given") or {})
        definitions = load_definitions().only([self.id, *(value["indicator"] for value in self.expected_values)])
        named = {feed.removeprefix("quarantined_") for feed in given}
        contracts = _contracts_of(definitions, named)
        for feed, contract in contracts.items():
            _load(warehouse, f"records.{feed}", contract, given.pop(feed, None) or [], as_at)
            _load(warehouse, f"quarantine.{feed}", contract, given.pop(f"quarantined_{feed}", None) or [], as_at)
        assert not given, f"the case gives rows of feeds that do not exist: {', '.join(given)}"
        batches = pd.DataFrame({"feed": list(contracts), "extracted_at": as_at, "is_absent": False})
        warehouse.load("records.batches", batches, {"feed": "text", "extracted_at": "timestamp"})
        profile = self.profile(load_contracts())
        clocks.know(warehouse, contracts, profile, as_at)
        # A case tells of few rows in a county that has every kind; what was never there is another test's matter.
        for table in ("known.absent_feeds", "known.absent_columns"):
            warehouse.run(f"delete from {table}")
        clocks.build(warehouse, definitions, profile)
        indicators.build(warehouse, definitions)

    def profile(self, contracts: Mapping[str, Contract]) -> Profile:
        demo = dict(_demo_profile())
        feeds = [feed for feed, contract in contracts.items() if contract.first_date]
        record_types = contracts["record_audit"].columns["record_type"].codes
        demo["first_complete_month"] = dict.fromkeys([*feeds, *record_types], LONG_AGO)
        for name, setting in (self.content.get("profile") or {}).items():
            demo[name] = {**demo[name], **setting} if isinstance(setting, dict) else setting
        return Profile.model_validate(demo)

    def spans(self, warehouse: Warehouse) -> list[dict]:
        return _plain(warehouse.query(f"select * from clocks.spans where clock = '{self.id}'"))

    def value(self, warehouse: Warehouse, expected: Mapping) -> dict:
        """The row of marts.indicator_values with the key of an expected one."""
        key = {"scope_id": "authority"} if expected["scope_type"] == "authority" else {}
        key |= {name: expected[name] for name in ("indicator", "month", "scope_type", "scope_id") if name in expected}
        where = " and ".join(f"{name} = '{value}'" for name, value in key.items())
        found = _plain(warehouse.query(f"select * from marts.indicator_values where {where}"))
        assert len(found) <= 1, f"{len(found)} values for {key}"
        return found[0] | {"left_out": yaml.safe_load(found[0]["left_out"])} if found else {**NOTHING, **key}


@cache
def _demo_profile() -> dict:
    return load_profile(PROJECT / "authority").model_dump(by_alias=True)


def _contracts_of(definitions: Definitions, named: set[str]) -> dict[str, Contract]:
    """The feeds that these definitions read or the case names, and the teams that everything is grouped by."""
    words = [defined.words for defined in definitions.indicators.values()]
    feeds = {"teams", *named}.union(*(each.feeds for each in words), *(each.looks_up for each in words))
    return {feed: contract for feed, contract in load_contracts().items() if feed in feeds}


def _load(warehouse: Warehouse, table: str, contract: Contract, rows: list[dict], as_at: datetime) -> None:
    unknown = {name for row in rows for name in row} - contract.columns.keys()
    assert not unknown, f"{table} has no columns {', '.join(sorted(unknown))}"
    types = {
        **contract.physical,
        "rule_ids": "text",
        "row_digest": "text",
        "known_from": "timestamp",
        "known_to": "timestamp",
    }
    filled = [
        {**_physical(row, contract), "rule_ids": "golden", "row_digest": f"row {number}", "known_from": as_at}
        for number, row in enumerate(rows)
    ]
    frame = pd.DataFrame(filled, columns=list(types), dtype=object)
    warehouse.load(table, frame, types)


def _physical(row: Mapping, contract: Contract) -> dict:
    values = {}
    for name, value in row.items():
        column = contract.columns[name]
        if column.type == "moment":
            values[f"{name}_at"], values[f"{name}_on"] = _moment(value)
        else:
            values[name] = str(value) if column.type in ("id", "text") and value is not None else value
    return values


def _moment(value: date | datetime | str | None) -> tuple[datetime | None, date | None]:
    """The UTC moment, None at midnight, and the London day."""
    if value is None:
        return None, None
    at = datetime.combine(value, time()) if type(value) is date else datetime.fromisoformat(str(value))
    if at.time() == time():
        return None, at.date()
    return at.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(ZoneInfo("UTC")).replace(tzinfo=None), at.date()


def _plain(frame: pd.DataFrame) -> list[dict]:
    """Rows as plain values: dates as dates, missing ones as None."""
    return [{name: _value(name, value) for name, value in row.items()} for row in frame.to_dict("records")]


def _value(name: str, value: object) -> object:
    if pd.isna(value):
        return None
    if name.endswith("_on"):
        return pd.Timestamp(value).date()
    return value

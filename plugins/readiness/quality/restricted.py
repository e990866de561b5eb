"""Children whose records only some staff may open: they are counted, and no list leads to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from readiness.contracts import Contract
from readiness.warehouse import Warehouse

KNOWN, FEED = "known.restricted_children", "restricted_records"


@dataclass(frozen=True)
class Restricted:
    """hashes: column name -> hashes under which rows lead to a restricted child: the child's own, and those of the
    child's records as other feeds name them (a decision has only the contact's id)."""

    hashes: Mapping[str, frozenset[str]]
    children: frozenset[str]

    def columns(self, contract: Contract) -> list[str]:
        """The columns of a feed that can lead to a child."""
        return list(self._of(contract))

    def condition(self, contract: Contract) -> str:
        """Whether a row leads to a restricted child, as SQL."""
        parts = [f"coalesce({name} in ({_listed(hashes)}), false)" for name, hashes in self._of(contract).items()]
        return " or ".join(parts) or "false"

    def _of(self, contract: Contract) -> dict[str, frozenset[str]]:
        columns = contract.columns.items()
        of_children = {name: self.children for name, column in columns if column.domain == "child"}
        of_records = {name: self.hashes.get(name, frozenset()) for name, c in columns if c.domain == "record"}
        return {name: hashes for name, hashes in {**of_children, **of_records}.items() if hashes}


def find_restricted(warehouse: Warehouse, contracts: Mapping[str, Contract], day: date) -> Restricted:
    """The children restricted on a day by what is known now: a look back does not open what has been closed since."""
    children = frozenset(_children(warehouse, day))
    if not children:
        return Restricted({}, children)
    hashes: dict[str, set[str]] = {}
    for feed, contract in contracts.items():
        own = [name for name, column in contract.columns.items() if column.domain == "child"]
        keys = [name for name in contract.key if contract.columns[name].domain == "record"]
        for table in (f"records.{feed}", f"quarantine.{feed}"):
            existing = warehouse.columns(table)
            for key in keys:
                for child in (name for name in own if name in existing):
                    found = warehouse.query(
                        f"select distinct {key} as hash from {table} "
                        f"where {child} in ({_listed(children)}) and {key} is not null"
                    )
                    hashes.setdefault(key, set()).update(found.hash)
    return Restricted({name: frozenset(found) for name, found in hashes.items()}, children)


def _children(warehouse: Warehouse, day: date) -> set[str]:
    """As known, and those whose restriction was loaded since or is in quarantine itself: in doubt a child is left
    out."""
    current = f"known_to is null and (until_on is null or until_on > cast('{day}' as date))"
    found: set[str] = set()
    for table, where in ((KNOWN, "true"), (f"records.{FEED}", current), (f"quarantine.{FEED}", current)):
        if warehouse.exists(table):
            found |= set(warehouse.query(f"select child_id from {table} where {where}").child_id.dropna())
    return found


def _listed(hashes: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in sorted(hashes))

"""Children whose records only some staff may open: they are counted, and no list leads to them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from readiness.clocks.history import History, first_batches
from readiness.clocks.identities import restricted_ids
from readiness.contracts import Contract
from readiness.warehouse import Warehouse


@dataclass(frozen=True)
class Restricted:
    """What leads to a restricted child. children: the child's own hashes. records: column name -> hashes of the
    child's records (a decision has only the contact's id); a record that a feed names by a word of its own, as the
    audit does, is looked for among all of them."""

    children: frozenset[str]
    records: Mapping[str, frozenset[str]]

    def columns(self, contract: Contract) -> list[str]:
        """The columns of a feed that can lead to a child."""
        return list(self._of(contract))

    def condition(self, contract: Contract) -> str:
        """Whether a row leads to a restricted child, as SQL."""
        parts = [f"coalesce({name} in ({_listed(hashes)}), false)" for name, hashes in self._of(contract).items()]
        return " or ".join(parts) or "false"

    def _of(self, contract: Contract) -> dict[str, frozenset[str]]:
        every_record = frozenset().union(*self.records.values())
        domains = {
            "child": lambda name: self.children,
            "record": lambda name: self.records.get(name, every_record),
        }
        columns = {name: column.domain for name, column in contract.columns.items() if column.domain in domains}
        found = {name: domains[domain](name) for name, domain in columns.items()}
        return {name: hashes for name, hashes in found.items() if hashes}


def restricted_now(warehouse: Warehouse, contracts: Mapping[str, Contract]) -> frozenset[str]:
    """The hashes of children restricted by what is known now: a look back does not open what has been closed since."""
    return frozenset(restricted_ids(History(warehouse, contracts, first_batches(warehouse))))


def find_restricted(warehouse: Warehouse, contracts: Mapping[str, Contract]) -> Restricted:
    """The children restricted by what is known now, and their records."""
    history = History(warehouse, contracts, first_batches(warehouse))
    children = frozenset(restricted_ids(history))
    if not children:
        return Restricted(children, {})
    records: dict[str, set[str]] = defaultdict(set)
    for feed, contract in contracts.items():
        of_children = [name for name, column in contract.columns.items() if column.domain == "child"]
        of_records = [name for name, column in contract.columns.items() if column.domain == "record"]
        for table in history.rooms(feed):
            existing = history.stored[table]
            leads = [f"{name} in ({_listed(children)})" for name in of_children if name in existing]
            for name in (name for name in of_records if name in existing and leads):
                rows = warehouse.query(
                    f"select distinct {name} as hash from {table} where ({' or '.join(leads)}) and {name} is not null"
                )
                records[name].update(rows.hash)
    return Restricted(children, {name: frozenset(found) for name, found in records.items()})


def _listed(hashes: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in sorted(hashes))

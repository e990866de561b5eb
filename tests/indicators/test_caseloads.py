"""Caseloads over full-time equivalents, added up exactly: the same records give the same bytes."""

from decimal import Decimal
from random import Random

import pandas as pd

from readiness.clocks import load_definitions

SHARES = ("0.2", "0.35", "0.6", "0.7", "0.8", "1.0")
WORKERS = 4_000


def test_shares_of_many_workers_add_up_to_their_decimal_sum(warehouse):
    random = Random(7)
    rows, by_scope = [], {"authority": Decimal(0)}
    for n in range(WORKERS):
        share, team = random.choice(SHARES), f"t{n % 5}"
        for child in range(random.randint(1, 20)):
            rows.append(("caseload_per_worker", "2026-10", team, f"w{n}", f"c{n}-{child}", float(share), None))
        for scope in ("authority", team):
            by_scope[scope] = by_scope.get(scope, Decimal(0)) + Decimal(share)
    columns = ["indicator", "month", "team_id", "worker_id", "child_id", "amount", "left_out_reason"]
    types = dict.fromkeys(columns, "text") | {"amount": "double precision"}
    warehouse.load("clocks.levels", pd.DataFrame(rows, columns=columns), types)
    words = pd.DataFrame([("caseload_per_worker", "ratio")], columns=["indicator", "measure"])
    warehouse.load("clocks.definitions", words, dict.fromkeys(words, "text"))
    scopes = pd.DataFrame([(f"t{n}", "team", f"t{n}") for n in range(5)], columns=["team_id", "scope_type", "scope_id"])
    warehouse.load("marts.team_scopes", scopes, dict.fromkeys(scopes, "text"))
    found = warehouse.query(load_definitions().marts["caseload_counts"].query)
    assert dict(zip(found.scope_id, found.denominator, strict=True)) == {
        scope: float(total) for scope, total in by_scope.items()
    }
    children = dict(zip(found.scope_id, found.numerator, strict=True))
    assert children["authority"] == len(rows) == sum(children[f"t{n}"] for n in range(5))

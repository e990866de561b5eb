"""Caseloads over full-time equivalents, added up exactly: the same records give the same bytes."""

from decimal import Decimal
from random import Random

import pandas as pd
import pytest

from readiness.clocks import load_definitions
from readiness.warehouse import Warehouse
from tests.indicators.scopes import AREAS, TEAMS, load_scopes

SHARES = ("0.2", "0.35", "0.6", "0.7", "0.8", "1.0")
WORKERS = 4_000


def load_levels(warehouse: Warehouse, rows: list[tuple]) -> None:
    """Make clocks.levels of one ratio, and clocks.definitions with it."""
    columns = ["indicator", "month", "team_id", "worker_id", "child_id", "amount", "left_out_reason"]
    types = dict.fromkeys(columns, "text") | {"amount": "double precision"}
    warehouse.load("clocks.levels", pd.DataFrame(rows, columns=columns), types)
    words = pd.DataFrame([("caseload_per_worker", "ratio")], columns=["indicator", "measure"])
    warehouse.load("clocks.definitions", words, dict.fromkeys(words, "text"))


def test_shares_of_many_workers_add_up_to_their_decimal_sum(warehouse):
    random = Random(7)
    rows, by_scope = [], {"authority": Decimal(0)}
    for n in range(WORKERS):
        share, team = random.choice(SHARES), f"t{n % 5}"
        for child in range(random.randint(1, 20)):
            rows.append(("caseload_per_worker", "2026-10", team, f"w{n}", f"c{n}-{child}", float(share), None))
        for scope in ("authority", team):
            by_scope[scope] = by_scope.get(scope, Decimal(0)) + Decimal(share)
    load_levels(warehouse, rows)
    scopes = pd.DataFrame([(f"t{n}", "team", f"t{n}") for n in range(5)], columns=["team_id", "scope_type", "scope_id"])
    warehouse.load("marts.team_scopes", scopes, dict.fromkeys(scopes, "text"))
    found = warehouse.query(load_definitions().marts["caseload_counts"].query)
    assert dict(zip(found.scope_id, found.denominator, strict=True)) == {
        scope: float(total) for scope, total in by_scope.items()
    }
    children = dict(zip(found.scope_id, found.numerator, strict=True))
    assert children["authority"] == len(rows) == sum(children[f"t{n}"] for n in range(5))


@pytest.mark.parametrize("seed", range(3))
def test_who_stands_in_several_teams_is_counted_once_in_each_scope(warehouse, seed):
    random = Random(seed)
    share = {f"w{n}": float(random.choice(SHARES)) for n in range(6)}
    pairs = {(random.choice([*AREAS, None]), f"w{random.randrange(6)}", f"c{random.randrange(9)}") for _ in range(40)}
    share |= {"of one team and none": 0.5, "of one team": 0.5}
    pairs |= {(team, "of one team and none", child) for team in ("t0", None) for child in ("c1", f"in {team}")}
    pairs |= {("t1", "of one team", child) for child in ("c1", "c2", "its own")}
    rows = [("caseload_per_worker", "2026-10", *pair, share[pair[1]], None) for pair in pairs]
    load_levels(warehouse, rows)
    load_scopes(warehouse)
    found = warehouse.query(load_definitions().marts["caseload_counts"].query).set_index("scope_id")
    assert set(found.index) == set(TEAMS)
    for scope, teams in TEAMS.items():
        inside = [(worker, child) for team, worker, child in pairs if team in teams]
        ratios = sorted(sum(1 for worker, _ in inside if worker == one) / share[one] for one in {w for w, _ in inside})
        told = found.loc[scope]
        assert told.numerator == len({child for _, child in inside})
        assert told.subjects == len(ratios)
        assert told.denominator == pytest.approx(sum(share[one] for one in {w for w, _ in inside}), abs=1e-9)
        assert told["median"] == pytest.approx(ratios[(len(ratios) + 1) // 2 - 1])
        assert told.p90 == pytest.approx(ratios[-(-len(ratios) * 9 // 10) - 1])

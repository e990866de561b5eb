"""Every golden case, on every engine. The cases are data: see golden.py for their form."""

from collections.abc import Mapping, Sequence

import pytest

from readiness.clocks import load_definitions
from readiness.warehouse import Warehouse
from tests.sql.golden import FOLDER, Case, case_files

CASES = case_files()


def matches(actual: Mapping, expected: Mapping) -> bool:
    return all(agrees(actual[name], value) for name, value in expected.items())


def agrees(actual: object, expected: object) -> bool:
    if isinstance(expected, float | int) and not isinstance(expected, bool) and actual is not None:
        return actual == pytest.approx(expected, abs=5e-4)
    return actual == expected


def pairs_off(actual: Sequence[Mapping], expected: Sequence[Mapping]) -> bool:
    """Whether each expected row can have an actual row of its own, none left over."""
    if not expected:
        return not actual
    first, *others = expected
    return any(
        matches(row, first) and pairs_off([*actual[:place], *actual[place + 1 :]], others)
        for place, row in enumerate(actual)
    )


@pytest.mark.parametrize("path", CASES, ids=["/".join(path.relative_to(FOLDER).parts[1:-1]) for path in CASES])
def test_golden(path, golden_warehouse: Warehouse):
    case = Case(path)
    with golden_warehouse.transaction():
        case.count(golden_warehouse)
    if case.expected_spans is not None:
        spans = case.spans(golden_warehouse)
        named = dict.fromkeys(name for span in case.expected_spans for name in span)
        shown = [{name: span[name] for name in (named or ("subject_id", "outcome"))} for span in spans]
        assert pairs_off(spans, case.expected_spans), f"expected {case.expected_spans}, found {shown}"
    for expected in case.expected_values:
        value = case.value(golden_warehouse, expected)
        found = {name: value.get(name) for name in expected}
        assert matches(found, expected), f"expected {expected}, found {found}"


def test_every_case_belongs_to_an_indicator_and_every_indicator_has_cases():
    named = {path.parent.parent.name for path in CASES}
    assert named == load_definitions().every_id

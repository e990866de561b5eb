"""How much the verdicts depend on the numbers of the rules: the same month judged with other ones.

A verdict that turns when a target moves by a few points, or when bank holidays are counted, is not wrong; but whoever
relies on it should know.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.judgement.counts import IndicatorFacts
from readiness.judgement.register import Indicator, Register
from readiness.judgement.verdicts import Judgement

POINTS = 5


@dataclass(frozen=True)
class Turned:
    """A claim whose verdict would be another one."""

    claim_id: str
    verdict: str
    otherwise: str


@dataclass(frozen=True)
class Variation:
    """What was varied, in words, and the claims that turned; `overall` is the verdict on the whole then."""

    words: str
    overall: str
    turned: tuple[Turned, ...]


def vary(
    base: Judgement,
    judged: Callable[[Register], Judgement],
    register: Register,
    definitions: Mapping[str, IndicatorFacts],
) -> Iterator[Variation]:
    """One variation for each number of the rules that a council might have set otherwise. judged: judges the month of
    `base` by another register."""
    for words, other in _others(register, definitions):
        yield compared(words, base, judged(other))


def compared(words: str, base: Judgement, other: Judgement) -> Variation:
    """The verdicts of another judgement beside those of `base`."""
    before = {claim.id: claim.verdict for claim in base.claims}
    turned = tuple(
        Turned(claim.id, before[claim.id], claim.verdict) for claim in other.claims if claim.verdict != before[claim.id]
    )
    return Variation(words, other.overall.verdict, turned)


def _others(register: Register, definitions: Mapping[str, IndicatorFacts]) -> Iterator[tuple[str, Register]]:
    numbers = register.judgement
    for points in (-POINTS, POINTS):
        side = "easier" if points < 0 else "harder"
        yield f"every target in percent {POINTS} points {side} to reach", _with_targets(register, definitions, points)
    yield (
        f"no margin for chance (now {numbers.margin_points:g} points)",
        _with_numbers(register, margin_points=0, strict_margin_points=0),
    )
    yield (
        f"twice the margin for overdue work ({2 * numbers.backlog_percent:g}% of a month's work instead of "
        f"{numbers.backlog_percent:g}%)",
        _with_numbers(register, backlog_percent=2 * numbers.backlog_percent),
    )
    yield (
        f"six months together (now {numbers.pooled_months})",
        _with_numbers(register, pooled_months=6),
    )


def _with_numbers(register: Register, **numbers: Any) -> Register:
    return register.model_copy(update={"judgement": register.judgement.model_copy(update=numbers)})


def _with_targets(register: Register, definitions: Mapping[str, IndicatorFacts], points: int) -> Register:
    """Targets moved by so many points: harder to reach is higher where more is better, and lower where less is."""
    moved = {
        name: _moved(indicator, points if name not in definitions or definitions[name].direction == "up" else -points)
        for name, indicator in register.indicators.items()
    }
    return register.model_copy(update={"indicators": moved})


def _moved(indicator: Indicator, points: int) -> Indicator:
    target = indicator.target
    if target is None or target.unit != "percent":
        return indicator
    value = min(max(target.value + points, 0.0), 100.0)
    return indicator.model_copy(update={"target": target.model_copy(update={"value": value})})

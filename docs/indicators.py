"""The page of the indicators, made from the YAML of clocks, checks and levels."""

from collections.abc import Iterator
from pathlib import Path

from readiness.clocks import load_definitions
from readiness.clocks.definitions import Clock, Defined, Rung
from readiness.settings import PROJECT

PAGE = PROJECT / "docs" / "indicators.md"

HEAD = """# The indicators

This page is made from the definitions in `sql/` by `make docs`; change the YAML there, not this page. Limits are
those of the definitions: a council's own ones in `profile.yaml` win over them, and the report prints which were used.
What all indicators have in common stands in [How we count](counting.md); which claim each speaks to stands in the
inspection register in `authority/inspections/`, with its target.
"""

FAMILIES = {
    "supervision": "Supervision",
    "timeliness": "Timeliness",
    "recording_lag": "Recording lag",
    "records": "What the records hold",
    "workload": "Workload",
}
KINDS = {
    "single": "clock that runs once per case",
    "recurring": "recurring duty",
    "recording_lag": "recording lag",
    "checks": "check on a record",
    "levels": "level on the last day of the month",
}
PARTS = {
    "start": "Starts",
    "stop": "Stops",
    "counted": "Counted",
    "applies_to": "Applies to",
    "passes": "Passes",
    "population": "Who is counted",
    "met": "Met",
    "left_out": "Left out",
}
DIRECTIONS = {"up": "more is better", "down": "less is better"}


def indicators_page() -> str:
    """The page: what every indicator means, in its own words, by family."""
    every = load_definitions().indicators.values()
    lines = [HEAD]
    for family, heading in FAMILIES.items():
        of_family = sorted((one for one in every if one.words.family == family), key=lambda one: one.id)
        if of_family:
            lines += [f"## {heading}", ""]
        for defined in of_family:
            lines += [*_section(defined), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(defined: Defined) -> Iterator[str]:
    words = defined.words
    yield from (f"### {words.title}", "", f"`{defined.id}`, a {_kind(defined)}.", "", "| | |", "|---|---|")
    for part, sentence in words.definition.model_dump().items():
        yield f"| {PARTS[part]} | {_cell(sentence)} |"
    if isinstance(words, Clock):
        yield f"| Limit | {'; '.join(_rung(rung) for rung in words.limits)} |"
    yield f"| Unit | {words.unit}; {DIRECTIONS[words.direction]} |"
    yield f"| Counted by | {', '.join(words.breakdowns)} |"
    yield f"| A month is judged | {_maturity(words.maturity_days)} |"
    yield f"| Feeds | {_feeds(defined)} |"
    yield f"| Mind | {_cell(words.caveat)} |"
    yield f"| Files | {', '.join(_link(path) for path in _files(defined))} |"


def _kind(defined: Defined) -> str:
    return KINDS[defined.words.kind if isinstance(defined.words, Clock) else defined.folder.parent.name]


def _rung(rung: Rung) -> str:
    """'from 15 April 2013 45 working days (Working Together …)'."""
    when = f"from {rung.from_on.day} {rung.from_on:%B %Y} " if rung.from_on else ""
    kind = f"{rung.case_kind.replace('_', ' ')}: " if rung.case_kind else ""
    if rung.value is None:
        return f"{kind}{when}none"
    unit = rung.unit.replace("_", " ")
    return f"{kind}{when}{rung.value} {unit.removesuffix('s') if rung.value == 1 else unit} ({rung.source})"


def _maturity(days: int) -> str:
    return f"{days} days after its end; until then it is young" if days else "as soon as it is over"


def _feeds(defined: Defined) -> str:
    words = defined.words
    also = f"; if they are there, also {', '.join(words.looks_up)}" if words.looks_up else ""
    kinds = f" ({', '.join(words.record_types)})" if words.record_types else ""
    return f"{', '.join(words.feeds)}{kinds}{also}"


def _files(defined: Defined) -> list[Path]:
    return sorted(path for path in defined.folder.iterdir() if path.suffix in (".yaml", ".sql"))


def _link(path: Path) -> str:
    return f"[{path.name}](../{path.relative_to(PROJECT).as_posix()})"


def _cell(sentence: str) -> str:
    return " ".join(sentence.split()).replace("|", "\\|")

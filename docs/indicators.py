"""The pages of the indicators, made from the YAML of clocks, checks and levels: one each, and a list of them all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from readiness.clocks import load_definitions
from readiness.clocks.definitions import Clock, Defined, Level, Rung
from readiness.judgement import load_register
from readiness.profile import Profile, load_profile
from readiness.settings import PROJECT

AUTHORITY = PROJECT / "authority"
FOLDER = PROJECT / "docs" / "indicators"

HEAD = """# The indicators

One page an indicator, made from the definitions in `sql/` by `make docs`; change the YAML there, not these pages. What
all indicators have in common stands in [How we count](../counting.md). Targets, and which claim an indicator speaks
to, stand in the inspection register in `authority/inspections/`.
"""
FOOT = """
The limits are those of the definition: a council's own ones in `profile.yaml` win over them, and the report prints
which were used. [How we count](../counting.md), [all indicators](README.md).
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


def indicators_pages() -> dict[Path, str]:
    """File -> text: what every indicator means, in its own words, and the list by family."""
    every = load_definitions().indicators
    speaks_to = _claims()
    pages = {FOLDER / f"{id}.md": _page(defined, speaks_to.get(id, ())) for id, defined in every.items()}
    return {FOLDER / "README.md": _list(every.values(), speaks_to), **pages}


def _list(every: Iterable[Defined], speaks_to: Mapping[str, Iterable[str]]) -> str:
    lines = [HEAD]
    for family, heading in FAMILIES.items():
        lines += [f"## {heading}", "", "| indicator | speaks to |", "|---|---|"]
        for one in sorted((one for one in every if one.words.family == family), key=lambda one: one.words.title):
            claims = ", ".join(speaks_to.get(one.id, ())) or "also watched"
            lines.append(f"| [{_cell(one.words.title)}]({one.id}.md) | {claims} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _claims() -> dict[str, list[str]]:
    """Indicator -> the claims of the example's letter whose evidence it is."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, claim in load_register(AUTHORITY, load_profile(AUTHORITY).inspection).claims():
        for name in (*(evidence.indicator for evidence in claim.evidence), *claim.context):
            found[name].append(claim.id)
    return found


def _page(defined: Defined, claims: Iterable[str]) -> str:
    return "\n".join(_section(defined, ", ".join(claims))) + "\n" + FOOT


def _section(defined: Defined, claims: str) -> Iterator[str]:
    words = defined.words
    yield from (f"# {words.title}", "", f"`{defined.id}`, a {_kind(defined)}.", "", "| | |", "|---|---|")
    for part, sentence in words.definition.model_dump().items():
        yield f"| {PARTS[part]} | {_cell(sentence)} |"
    if not isinstance(words, Level) and words.limits:
        yield f"| Limit | {'; '.join(_rung(rung) for rung in words.limits)} |"
    yield f"| Unit | {words.unit}; {DIRECTIONS[words.direction]} |"
    yield f"| Counted by | {', '.join(words.breakdowns)} |"
    yield f"| A month is judged | {_maturity(words.maturity_days)} |"
    yield f"| Feeds | {_feeds(defined)} |"
    yield f"| Mind | {_cell(words.caveat)} |"
    yield f"| Speaks to | {claims or 'no claim of the letter; also watched'} |"
    yield f"| Files | {', '.join(_link(path) for path in _files(defined))} |"


def _kind(defined: Defined) -> str:
    return KINDS[defined.words.kind if isinstance(defined.words, Clock) else defined.folder.parent.name]


def _rung(rung: Rung) -> str:
    """'from 15 April 2013 45 working days (Working Together …)'."""
    when = f"from {_start(rung.from_on)} " if rung.from_on else ""
    kind = f"{rung.case_kind.replace('_', ' ')}: " if rung.case_kind else ""
    if rung.value is None:
        return f"{kind}{when}none"
    limit = _amount(rung.value, rung.unit)
    if rung.by:
        limit = f"{rung.by} on the next working day" if rung.value == 1 else f"{rung.by} on working day {rung.value}"
    days = rung.without_times
    untimed = (
        f"; without times of day {_amount(days.value, days.unit) if days.value else 'the same day'}" if days else ""
    )
    return f"{kind}{when}{limit}{untimed} ({rung.source})"


def _start(from_on: date | str) -> str:
    """A date; a date of the profile as in the profile that comes with the code."""
    day = Profile.model_fields[from_on].default if isinstance(from_on, str) else from_on
    return f"{day.day} {day:%B %Y}"


def _amount(value: int, unit: str) -> str:
    words = unit.replace("_", " ")
    return f"{value} {words.removesuffix('s') if value == 1 else words}"


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
    return f"[{path.name}](../../{path.relative_to(PROJECT).as_posix()})"


def _cell(sentence: str) -> str:
    return " ".join(sentence.split()).replace("|", "\\|")

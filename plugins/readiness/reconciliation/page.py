"""The page of the reconciliation, and its words in a terminal. Counts only, for the data team."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from readiness import pages
from readiness.reconciliation.reconciling import Line
from readiness.reconciliation.returned import FILE


def page(lines: Sequence[Line], as_at: datetime, notices: Sequence[str] = ()) -> str:
    """HTML: each figure with the count of now, the parts of the difference, and what remains."""
    return pages.render(
        "readiness.reconciliation",
        "page.html.j2",
        lines=lines,
        as_at=as_at,
        notices=notices,
        period=period,
        signed=signed,
        same=sum(line.difference == 0 for line in lines),
        explained=sum(bool(line.difference) and line.unexplained == 0 for line in lines),
        unexplained=sum(bool(line.unexplained) for line in lines),
        file=FILE,
    )


def words(lines: Sequence[Line]) -> str:
    """The same for a terminal."""
    return "\n\n".join("\n".join(_told(line)) for line in lines)


def period(line: Line) -> str:
    if line.from_on is None:
        return f"{line.to_on:%-d %B %Y}"
    return f"{line.from_on:%-d %B %Y} to {line.to_on:%-d %B %Y}"


def signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


def _told(line: Line) -> Iterator[str]:
    yield f"{line.measure.words.title}, {period(line)}"
    if line.state == "no_data":
        yield f"  {line.returned:,} in {line.source}; the records hold no {' or '.join(line.measure.words.feeds)}"
        return
    yield f"  {line.returned:,} in {line.source}, {line.now:,} counted now: {signed(line.difference)}"
    if line.value_then is not None:
        how = " (reconstructed)" if line.is_reconstructed else ""
        yield f"  {line.value_then:,} as known on {line.then_on:%-d %B %Y}{how}"
    for part in line.parts:
        yield f"  {signed(part.effect):>8}  {part.words}"
    if line.unexplained:
        yield f"  {signed(line.unexplained):>8}  not explained by the records"
        for reason in line.exactly_so_many:
            yield f"            just as many are {reason}"
    for reason, number in line.not_counted.items():
        yield f"  not counted: {number:,} {reason}"
    if line.quarantined:
        yield f"  {line.quarantined:,} rows of its feeds wait in quarantine"
    if line.refused:
        yield f"  {line.refused:,} rows of the file are not counted: they break rules that would put them in quarantine"

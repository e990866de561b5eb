"""The check for a terminal: 100 columns, no colours."""

import textwrap
from collections.abc import Iterator

from readiness.periods import Month, in_london
from readiness.source_check.comparing import changes
from readiness.source_check.findings import findings, first_complete
from readiness.source_check.model import FeedCheck, IndicatorCheck, SourceCheck
from readiness.source_check.steps import can_start, next_steps, summary
from readiness.source_check.wording import counted, listed

WIDTH = 100
ANSWERS = {"yes": "Yes, we can start.", "partly": "Yes, with gaps.", "no": "Not yet."}
SUPPORT = {"supported": "yes", "caveats": "yes, but", "not_supported": "NO", "not_applicable": "n/a"}
STATES = {"read": "read", "partly": "partly", "absent": "absent", "refused": "REFUSED"}


def words(check: SourceCheck, before: SourceCheck | None = None) -> str:
    """The whole check as text: can we start, what to do next, then indicators and feeds."""
    parts = [_head(check), _steps(check)]
    if before is not None:
        said = changes(check, before) or ("Nothing that matters.",)
        parts.append([f"SINCE THE CHECK OF {before.day:%-d %B %Y}".upper(), *_bullets(said)])
    parts.append(["INDICATORS", *(line for found in check.indicators for line in _indicator(found))])
    if check.limits:
        parts.append(["WHAT THIS KIND OF SOURCE CANNOT ANSWER", *_bullets(check.limits)])
    parts.append(_feeds(check))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _head(check: SourceCheck) -> list[str]:
    present = [feed for feed in check.feeds if feed.state in ("read", "partly")]
    rows = sum(feed.rows for feed in check.feeds)
    how = (
        f"read live at {in_london(check.read_at):%H:%M on %-d %B %Y}"
        if check.is_live
        else f"as of {check.day:%-d %B %Y}"
    )
    facts = f"{check.source}, {how}: {len(present)} of {counted(len(check.feeds), 'feed')}, {counted(rows, 'row')}."
    notice = _wrapped(check.notice) if check.notice else []
    return [f"SOURCE CHECK · {check.authority}", *_wrapped(facts), *notice, "",
            *_wrapped(f"{ANSWERS[can_start(check)]} {summary(check)}")]  # fmt: skip


def _steps(check: SourceCheck) -> list[str]:
    steps = next_steps(check)
    if not steps:
        return ["WHAT TO DO NEXT", *_bullets(["Nothing is missing. Load the data and make the first report."])]
    lines = ["WHAT TO DO NEXT, in order of worth"]
    for number, step in enumerate(steps, 1):
        lines += _wrapped(f"{step.title}  (ask: {step.owner})", f"{number:3}. ", 5)
        lines += _wrapped(step.why, "     ", 5)
        for does, titles in (
            ("Unlocks", step.unlocks),
            ("Unlocks together with others", step.shares),
            ("Strengthens", step.strengthens),
        ):
            if titles:
                lines += _wrapped(f"{does} {len(titles)}: {'; '.join(titles)}", "     ", 5)
    return lines


def _indicator(found: IndicatorCheck) -> Iterator[str]:
    since = f" · from {Month.parse(found.from_month).in_words()}" if found.is_computable and found.from_month else ""
    yield from _wrapped(f"{found.title}{since}", f"  {SUPPORT[found.support]:9}", 11)
    if found.lacks:
        yield from _wrapped(f"Needs {listed(_needed(found))}.", " " * 11, 11)
    for said in (*found.caveats, *([found.note] if found.note else [])):
        yield from _wrapped(said, " " * 11, 11)


def _needed(found: IndicatorCheck) -> list[str]:
    return [listed(lack.places or [lack.in_words]) for lack in found.lacks]


def _feeds(check: SourceCheck) -> list[str]:
    lines = ["FEEDS", f"  {'':24}{'':8}{'rows':>11}{'keys':>11}  {'complete from':15} dates"]
    for feed in check.feeds:
        lines += _feed(feed)
    return lines


def _feed(feed: FeedCheck) -> Iterator[str]:
    start = f"  {feed.feed:24}{STATES[feed.state]:8}"
    if feed.state in ("read", "partly"):
        yield f"{start}{feed.rows:>11,}{feed.keys:>11,}  {first_complete(feed):15} {_range(feed)}".rstrip()
    else:
        yield (start + (" (optional)" if feed.is_optional and feed.state == "absent" else "")).rstrip()
    for finding in findings(feed):
        yield from _wrapped(finding.text, "      - ", 8)
    if feed.limit:
        yield from _wrapped(feed.limit, "      - ", 8)


def _range(feed: FeedCheck) -> str:
    """First and last day of the date that the feed goes by."""
    column = next((c for c in feed.dates if feed.months and c.name == feed.months.column), None)
    return f"{column.first_on} to {column.last_on}" if column and column.first_on else ""


def _bullets(sentences) -> list[str]:
    return [line for said in sentences for line in _wrapped(said, "  - ", 4)]


def _wrapped(text: str, first: str = "", indent: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * indent, break_long_words=False)

"""How we counted, in words: the paragraphs at the end of every report."""

from collections.abc import Mapping
from datetime import datetime

from readiness.judgement import Judgement
from readiness.periods import day_moment, day_of, in_london
from readiness.profile import Profile
from readiness.report.model import Definition, Paragraph
from readiness.report.words import day_in_words


def how_we_counted(
    profile: Profile,
    judgement: Judgement,
    definitions: Mapping[str, Definition],
    as_at: datetime,
    is_reconstructed: bool,
) -> tuple[Paragraph, ...]:
    return (
        Paragraph(heading="What was known when", text=_as_at(judgement, as_at, is_reconstructed)),
        Paragraph(heading="Working days", text=profile.working_days.in_words()),
        Paragraph(
            heading="Open work counts",
            text="A rate looks better when the backlog is left out, so open and overdue work stands beside every rate: "
            "as at the last day of each month, as far as it was known. A case that closes unfinished is counted as "
            "withdrawn, so that closing it cannot hide it.",
        ),
        Paragraph(heading="Recent months", text=_maturity(definitions)),
        Paragraph(
            heading="Small numbers",
            text=f"A percentage is printed from {profile.print_from} cases and judged from {profile.judge_from}. In "
            f"copies that are shared, counts of 1 to {profile.suppress_up_to} are withheld, with whatever would give "
            "them away.",
        ),
        Paragraph(
            heading="Uncertainty",
            text="The range beside a percentage is its 95% Wilson interval: had chance alone fallen differently, the "
            "figure would most likely lie within it.",
        ),
        Paragraph(heading="How a verdict is reached", text=" ".join(judgement.settings_in_words)),
        Paragraph(
            heading="What records cannot show",
            text="Whether work was challenging, thorough or focused cannot be counted. Such claims need an audit, a "
            "review or a survey that is in date; without one they are reported as needing it, never as met.",
        ),
    )


def _as_at(judgement: Judgement, as_at: datetime, is_reconstructed: bool) -> str:
    day = day_in_words(day_of(as_at))
    if not is_reconstructed:
        is_end_of_day = as_at == day_moment(day_of(as_at))
        when = "at the end of" if is_end_of_day else f"at {in_london(as_at):%H:%M} on"
        return (
            f"This report uses what stood in the case system {when} {day}. Entries made later change a later "
            "report, never this one."
        )
    return (
        f"This report is reconstructed: nobody extracted the records on {day}, so records entered or begun later were "
        "left out and work that ended later was opened again. Entries that were changed since then show their present "
        "content."
    )


def _maturity(definitions: Mapping[str, Definition]) -> str:
    days = sorted({d.maturity_days for d in definitions.values() if d.maturity_days})
    if not days:
        return "Every month shown was complete when it was counted."
    return (
        f"Recent months look prompt because late entries have not arrived yet. Where that matters, a month is judged "
        f"{' or '.join(map(str, days))} days after its end; until then it is called young, drawn hollow, not judged. "
        "It stays young while more than one in forty of its entries is expected still to come, going by how late they "
        "came in the year before. Of a recording lag, the share to expect is told beside the one so far: "
        "corrected for what is not in yet, among entries made within 90 days."
    )

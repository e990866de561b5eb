"""Teams beside each other: which differ from the others by more than chance explains, given how few cases each has.

The same from the report as from its shared copy: a team of which any count is withheld is not in the funnel, and the
others are held against their own common share, so that nothing of it can be had from theirs.
"""

from collections.abc import Iterator, Sequence

from readiness.indicators.statistics.funnel import funnel
from readiness.report import words
from readiness.report.model import Funnel, FunnelTeam, Indicator, MonthValue

FEWEST_TEAMS = 3


def with_funnels(indicators: Sequence[Indicator], pooled_months: int, levels: set[str]) -> Iterator[Indicator]:
    """The indicators, the authority's shares with a funnel over their latest mature months; of levels, over one."""
    teams = _teams(indicators)
    for one in indicators:
        mature = [row.month for row in one.months if row.maturity == "mature"]
        months = tuple(mature[-1:] if one.id in levels else mature[-pooled_months:])
        is_drawn = one.scope.type == "authority" and one.measure == "proportion" and months
        yield one.model_copy(update={"funnel": funnel_of(teams.get(one.id, []), months)}) if is_drawn else one


def with_shared_funnels(indicators: Sequence[Indicator]) -> Iterator[Indicator]:
    """Shared indicators, their funnels drawn anew from what is not withheld."""
    teams = _teams(indicators)
    for one in indicators:
        found = funnel_of(teams.get(one.id, []), one.funnel.months) if one.funnel else None
        yield one.model_copy(update={"funnel": found})


def funnel_of(teams: Sequence[Indicator], months: Sequence[str]) -> Funnel | None:
    """The funnel of teams over some months together; None for fewer than three teams with cases."""
    counts, withheld = [], 0
    for team in teams:
        rows = [row for row in team.months if row.month in months]
        if not all(words.is_shown(number) for row in rows for number in (row.numerator, row.denominator)):
            withheld += 1
        elif sum(row.denominator for row in rows):
            counts.append((team.scope.name, *_together(rows)))
    if len(counts) < FEWEST_TEAMS:
        return None
    found = funnel(*zip(*counts, strict=True))
    return Funnel(
        months=tuple(months),
        centre=100 * found.centre,
        withheld=withheld,
        teams=tuple(
            FunnelTeam(
                name=point.name,
                numerator=point.numerator,
                denominator=point.denominator,
                value=round(100 * point.share, 1),
                beyond=100 * point.outside if point.outside else None,
                side=point.side,
            )
            for point in found.points
        ),
    )


def funnel_sentences(found: Funnel | None) -> tuple[str, ...]:
    """What the funnel says, for those who do not see it: who lies outside, and what that means."""
    return tuple(_sentences(found)) if found else ()


def _teams(indicators: Sequence[Indicator]) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = {}
    for one in indicators:
        if one.scope.type == "team":
            found.setdefault(one.id, []).append(one)
    return found


def _together(rows: Sequence[MonthValue]) -> tuple[int, int]:
    return int(sum(row.numerator for row in rows)), int(sum(row.denominator for row in rows))


def _sentences(found: Funnel) -> Iterator[str]:
    outside = {level: [team for team in found.teams if team.beyond == level] for level in (99.8, 95.0)}
    where = f"{words.plural(len(found.teams), 'team')}, {words.months_in_words(found.months)}"
    if not any(outside.values()):
        yield f"Of {where}, all lie within what chance allows around the {found.centre:.1f}% of all together."
    for level, teams in outside.items():
        if teams:
            named = "; ".join(_team(team) for team in sorted(teams, key=lambda team: (team.value, team.name)))
            yield f"Of {where}, beyond the {level:g}% limits of chance around the {found.centre:.1f}% of all: {named}."
    if outside[95.0]:
        yield "Of 20 teams that do not differ, one lies beyond the 95% limits by chance."
    if any(outside.values()):
        yield (
            "The limits allow for chance alone: teams whose work differs can lie outside for that reason. It is a "
            "question to ask, not a finding."
        )
    if found.withheld:
        yield f"{words.plural(found.withheld, 'team is', 'teams are')} left out, for their counts are withheld."


def _team(team: FunnelTeam) -> str:
    side = "above" if team.side == "high" else "below"
    return f"{team.name} {side}, {team.value:.1f}% ({team.numerator:,} of {team.denominator:,})"

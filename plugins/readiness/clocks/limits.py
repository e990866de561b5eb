"""Ladders of limits after the council's own ones: what `known.limits` holds."""

from collections.abc import Iterator, Sequence

import pandas as pd
from pydantic import ValidationError

from readiness.clocks.definitions import Check, Clock, Definitions, Rung, in_order, suit
from readiness.errors import ReadinessError
from readiness.profile import Limit, Profile, minutes_of

TYPES = {
    "clock": "text",
    "case_kind": "text",
    "from_on": "date",
    "until_on": "date",
    "limit_value": "integer",
    "unit": "text",
    "source": "text",
    "is_local": "boolean",
    "by_second": "integer",
    "days_value": "integer",
    "days_unit": "text",
}


def ladders(definitions: Definitions, profile: Profile) -> pd.DataFrame:
    """One row per clock (or check that tells a limit) and rung: clock, case_kind, from_on (NULL: from ever), until_on
    (exclusive; NULL: for good), limit_value (NULL: none in force), unit, source, is_local, by_second (the time of day
    on the due day, in seconds after midnight; NULL: its end), days_value and days_unit (the limit where a time of day
    is missing; NULL for limits in whole days).

    `limits` of the profile wins over the YAML: by clock, or by 'clock.kind' for one kind of case. A number changes
    every rung that has a value; a rung without one stays without. A list takes the ladder's place. Dates that are named
    after a setting (a go-live date) are the profile's.
    """
    _no_unknown_limits(definitions, profile)
    rows = []
    for id, defined in definitions.limited.items():
        for kind, ladder in _own(id, defined.words, profile):
            starts = [rung.begins_on(profile) for rung in ladder]
            if None in starts[1:] or starts[1:] != sorted(starts[1:]):
                raise ReadinessError(
                    f"The limits of {_name(id, kind)} do not follow by date once the dates of profile.yaml are filled "
                    "in; change the dates there, or give the clock a ladder of its own under limits."
                )
            for rung, start, following in zip(ladder, starts, [*starts[1:], None], strict=True):
                rows.append((id, kind, start, following, *_limit(rung)))
    return pd.DataFrame(rows, columns=list(TYPES))


def _own(id: str, words: Clock | Check, profile: Profile) -> Iterator[tuple[str | None, list[Rung]]]:
    """The ladder of each kind of case, with the council's own limits. A kind that only a council tells apart has one
    where the council says so; else the ladder without a kind holds for it."""
    given = {rung.case_kind for rung in words.limits}
    for kind in _kinds(words):
        own = profile.limits.get(_name(id, kind))
        if kind in given:
            yield kind, _changed(_name(id, kind), words, [rung for rung in words.limits if rung.case_kind == kind], own)
        elif own is not None:
            yield kind, _changed(_name(id, kind), words, [r for r in words.limits if r.case_kind is None], own)


def _kinds(words: Clock | Check) -> list[str | None]:
    local = words.local_kinds if isinstance(words, Clock) else ()
    return list(dict.fromkeys([*(rung.case_kind for rung in words.limits), *local]))


def _name(id: str, kind: str | None) -> str:
    return f"{id}.{kind}" if kind else id


def _changed(name: str, words: Clock | Check, given: Sequence[Rung], own: int | tuple[Limit, ...] | None) -> list[Rung]:
    if own is None:
        return list(given)
    try:
        if isinstance(own, int):
            return [rung if rung.value is None else _local(rung, value=own) for rung in given]
        in_order(own)
        if isinstance(words, Clock):
            suit(words.kind, own)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise ReadinessError(f"profile.yaml sets a limit for {name} that does not fit: {problem}.") from None
    except ValueError as error:
        raise ReadinessError(f"profile.yaml sets limits for {name} that do not fit: {error}.") from None
    return [_local(limit) for limit in own]


def _local(limit: Limit, **changes: object) -> Rung:
    """The same limit as the council's own."""
    content = limit.model_dump() | changes | {"source": "local", "is_local": True}
    return Rung.model_validate(content | {"from": content.pop("from_on")})


def _limit(rung: Rung) -> tuple:
    days = rung.without_times
    return (
        rung.value,
        rung.unit,
        rung.source,
        rung.is_local,
        minutes_of(rung.by) * 60 if rung.by else None,
        days.value if days else None,
        days.unit if days else None,
    )


def _no_unknown_limits(definitions: Definitions, profile: Profile) -> None:
    names = {_name(id, kind) for id, defined in definitions.limited.items() for kind in _kinds(defined.words)}
    not_selected = definitions.every_id - definitions.limited.keys()
    unknown = [name for name in profile.limits if name not in names and name.split(".")[0] not in not_selected]
    if unknown:
        raise ReadinessError(
            f"profile.yaml sets limits for {', '.join(sorted(unknown))}, which no clock has. "
            "Limits are named after the folders in sql/clocks, or 'folder.kind' for one kind of case."
        )
    if any(isinstance(value, int) and value < 1 for value in profile.limits.values()):
        raise ReadinessError("profile.yaml sets a limit below 1; limits are whole units of one or more.")

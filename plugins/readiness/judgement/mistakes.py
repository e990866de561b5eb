"""What is wrong with a register, in words: the file, the finding, the claim, the key, and what to do."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

LISTED = {"findings": "finding", "claims": "claim", "rules": "rule"}
"""Lists whose entries have an id of their own."""

TO_DO = {
    "extra_forbidden": "is no key that belongs here; mend its spelling or take it out",
    "missing": "is missing; add it",
    "too_short": "is empty; it needs an entry",
    "string_type": "must be text; put it in quotation marks",
    "date_from_datetime_parsing": "must be a date, as 2026-01-31",
    "date_type": "must be a date, as 2026-01-31",
}


def mistakes_in_words(path: Path, content: object, error: ValidationError) -> str:
    """All of them in one message. No value of the file is repeated."""
    mistakes = "; ".join(_mistake(content, each) for each in error.errors(include_input=False))
    return (
        f"{path.name} has {error.error_count()} problem(s): {mistakes}. "
        f"docs/register.md tells what each key means. File: {path}"
    )


def _mistake(content: object, error: dict) -> str:
    where, key = _place(content, error["loc"])
    if error["type"] == "value_error":
        return ", ".join([*where, error["msg"].removeprefix("Value error, ")])
    to_do = TO_DO.get(error["type"]) or f"is not as it should be: {error['msg'][0].lower()}{error['msg'][1:]}"
    return f"{', '.join(where)}{': ' if where else ''}{key} {to_do}"


def _place(content: object, location: Sequence[str | int]) -> tuple[list[str], str]:
    """Where it is (finding P1, claim P1a) and the key, as far down as the content goes."""
    where, keys = [], []
    parts = iter(location)
    for part in parts:
        content = _inside(content, part)
        if part in LISTED and isinstance(content, list):
            position = next(parts, None)
            if position is None:
                keys.append(str(part))
                break
            content = _inside(content, position)
            where.append(f"{LISTED[part]} {_name(content, position)}")
        elif part == "indicators" and isinstance(content, dict):
            name = next(parts, None)
            content = _inside(content, name)
            where.append(f"indicator {name}")
        else:
            keys.append(str(part + 1) if isinstance(part, int) else str(part))
    return where, ".".join(keys) or "this"


def _inside(content: object, part: str | int | None) -> object:
    try:
        return content[part]
    except (KeyError, IndexError, TypeError):
        return None


def _name(entry: object, position: int) -> str:
    """Its id, or which one it is."""
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else f"number {position + 1}"

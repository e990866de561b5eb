"""What a file gives: tables of text."""

from collections.abc import Iterable
from dataclasses import dataclass

from readiness.errors import ReadinessError


class FileRefused(ReadinessError):
    """A file that cannot be taken as it is: broken, hostile, empty or ambiguous. Nothing of it was loaded."""


@dataclass(frozen=True)
class FileTable:
    """One table found in a file. Cells are text, or None where there is nothing; what the file holds as a real date or
    moment is ISO text. rows may be a generator: it is gone through once."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[str | None, ...]]

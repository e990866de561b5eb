"""A frozen version made again from its report.json, to see that every byte comes out as it was kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from readiness.report.copies import copy_for
from readiness.report.document import document
from readiness.report.mail import compose_mail
from readiness.report.page import page
from readiness.report.versions import (
    DOCUMENT,
    INTERNAL_REPORT,
    MAIL,
    PAGE,
    SHARED_REPORT,
    WORKBOOK,
    ReportUnreadable,
    file_name,
    frozen_hash,
    read_report,
    read_version,
)
from readiness.report.workbook import workbook


@dataclass(frozen=True)
class Again:
    """A file of a version, made again. state: whether it is the same as the one kept, or was not kept at all."""

    name: str
    content: bytes
    state: Literal["same", "different", "not_kept"]


def render_again(version_folder: Path) -> tuple[Again, ...]:
    """Every form, charts and all, made from report.json and from what was released of it; that itself depends on what
    other versions had released by then, and is not decided again. Nothing is written.

    Raises ReportUnreadable if report.json is no longer what its own hash says.
    """
    if frozen_hash(version_folder) != read_version(version_folder).hash:
        raise ReportUnreadable(
            f"{version_folder / INTERNAL_REPORT} was changed after it was frozen: its content does not give the hash "
            "of its version. Restore it from a backup."
        )
    report = read_report(version_folder / INTERNAL_REPORT)
    shared = copy_for(read_report(version_folder / SHARED_REPORT), "director")
    name = partial(file_name, report.month, report.version.number)
    made = {
        PAGE: page(report).encode(),
        MAIL: bytes(compose_mail(shared)),
        name(DOCUMENT): document(shared),
        name(WORKBOOK): workbook(shared),
    }
    return tuple(_compared(version_folder, made))


def _compared(version_folder: Path, made: dict[str, bytes]) -> Iterator[Again]:
    for name, content in made.items():
        kept = version_folder / name
        is_same = kept.exists() and kept.read_bytes() == content
        yield Again(name, content, "same" if is_same else "different" if kept.exists() else "not_kept")
